// A rule at work: which calls it counts, when it strikes, and what it refuses of a call.

import type { ThrottledFault } from "./checked-fault.ts";
import type { CheckedRule } from "./checked-rule.ts";
import type { CallSubject, FaultRule, StruckFault } from "./injected-fault.ts";

export class ArmedRule {
  readonly given: FaultRule;
  readonly #rule: CheckedRule;
  readonly #random: () => number;
  #toSkip: number;
  #hits = 0;

  constructor(given: FaultRule, rule: CheckedRule, random: () => number) {
    this.given = given;
    this.#rule = rule;
    this.#random = random;
    this.#toSkip = rule.skip;
  }

  get hits(): number {
    return this.#hits;
  }

  get isSpent(): boolean {
    return this.#hits >= this.#rule.times;
  }

  /** Has struck less often than its author counts on: as often as it says, or once where that is without end. */
  get isUnused(): boolean {
    return this.#hits < (this.#rule.times === Number.POSITIVE_INFINITY ? 1 : this.#rule.times);
  }

  strike(subject: CallSubject): StruckFault | undefined {
    if (!this.#means(subject)) return undefined;
    const { fault } = this.#rule;
    const meant = fault.kind === "throttled" ? this.#entriesMeant(fault, subject) : undefined;
    // Not one entry to refuse: the call would succeed, and the strike be none.
    if (meant?.length === 0) return undefined;
    if (this.#toSkip > 0) {
      this.#toSkip--;
      return undefined;
    }
    if (this.#rule.probability < 1 && this.#random() >= this.#rule.probability) return undefined;
    this.#hits++;
    if (fault.kind !== "throttled") return fault;
    return { ...fault, entries: meant ? this.#entriesRefused(fault, subject, meant) : "all" };
  }

  #means({ action, nowMs, shardIds, streamName }: CallSubject): boolean {
    const rule = this.#rule;
    return (
      rule.actions.has(action) &&
      (rule.streamName === undefined || rule.streamName === streamName) &&
      (rule.shardId === undefined || shardIds.includes(rule.shardId)) &&
      rule.fromMs <= nowMs &&
      nowMs < rule.untilMs
    );
  }

  /** The indexes that may be refused. Undefined for a call without entries, which is refused whole. */
  #entriesMeant({ entries }: ThrottledFault, { entryShardIds }: CallSubject): number[] | undefined {
    if (!entryShardIds) return undefined;
    const { shardId } = this.#rule;
    const indexes = [...entryShardIds.keys()];
    return indexes.filter(
      (index) =>
        (shardId === undefined || entryShardIds[index] === shardId) &&
        (!Array.isArray(entries) || entries.includes(index)),
    );
  }

  #entriesRefused({ entries }: ThrottledFault, subject: CallSubject, meant: number[]): "all" | readonly number[] {
    const isShare = typeof entries === "object" && "share" in entries;
    const count = isShare ? Math.ceil(entries.share * meant.length) : meant.length;
    if (count === subject.entryShardIds?.length) return "all";
    // As many draws as refusals: the first `count` of a shuffle that goes no further.
    for (let at = 0; at < count && count < meant.length; at++) {
      const other = at + Math.floor(this.#random() * (meant.length - at));
      [meant[at], meant[other]] = [meant[other]!, meant[at]!]; // other < meant.length
    }
    return meant.slice(0, count).sort((one, another) => one - another);
  }
}
