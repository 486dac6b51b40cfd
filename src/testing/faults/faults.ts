// Which fault strikes which call. Nothing here waits, breaks or refuses: the endpoint asks, and does it.

import { InvalidOptionError } from "../../codec/index.ts";
import { ArmedRule } from "./armed-rule.ts";
import { checkRule } from "./checked-rule.ts";
import type { CallSubject, FaultRule, Strike, StruckFault } from "./injected-fault.ts";
import { seededRandom } from "./seeded-random.ts";

export interface FaultHandle {
  /** How many calls it has struck. */
  readonly hits: number;
  /** It strikes no more. What it has struck stays struck. */
  cancel(): void;
}

/** The log of a soak test must not fill the memory. */
const LOG_ENTRIES = 10_000;

/**
 * What goes wrong, and when. At most one fault strikes a call: the first rule that does wins, those injected by hand
 * before those of plans, older before newer. Rules after it do not see the call: they neither count nor draw for it.
 * A rule that lets a call pass, because of `skip` or `probability`, leaves it to the next.
 * @example
 * ```ts
 * const throttled = kinesis.faults.inject({ fault: { kind: "throttled", entries: [1] }, streamName: "orders" });
 * await putAll(orders); // the code under test: it must send entry 1 again
 * expect(throttled.hits).toBe(1);
 * expect(kinesis.faults.unused).toEqual([]);
 * ```
 */
export class Faults {
  readonly #seed: number;
  #injected: readonly ArmedRule[] = [];
  #planned: readonly ArmedRule[] = [];
  #injections = 0;
  readonly #log: Strike[] = [];

  /** @internal */
  constructor({ seed }: { readonly seed: number }) {
    seededRandom(seed); // refuses a seed now, not at the first fault
    this.#seed = seed;
  }

  /**
   * Strikes the next matching call, or the next `times` of them.
   * @throws `KPL_KIT_INVALID_OPTION` also for a fault that the action can never meet
   */
  inject(rule: FaultRule): FaultHandle {
    const checked = checkRule(rule, "", 1);
    const armed = new ArmedRule(rule, checked, seededRandom(this.#seed, this.#injections++));
    this.#injected = [...this.#injected, armed];
    return this.#handle([armed]);
  }

  /**
   * Rules that strike as often as they can, unless they say `times`: the same seed strikes the same calls of a history.
   * @throws `KPL_KIT_INVALID_OPTION`
   */
  plan({ rules, seed }: { readonly seed: number; readonly rules: readonly FaultRule[] }): FaultHandle {
    if (!Array.isArray(rules)) throw new InvalidOptionError("rules", rules, "an array");
    const armed = rules.map((rule: FaultRule, at) => {
      const checked = checkRule(rule, `rules[${at}]`, Number.POSITIVE_INFINITY);
      return new ArmedRule(rule, checked, seededRandom(seed, at));
    });
    this.#planned = [...this.#planned, ...armed];
    return this.#handle(armed);
  }

  /** Withdraws every rule, so that from now on all is well. The log stays. */
  clear(): void {
    this.#injected = [];
    this.#planned = [];
  }

  /** What struck, oldest first: all, or in a long run the last 10,000 at least. */
  get log(): readonly Strike[] {
    return [...this.#log];
  }

  /**
   * Rules in force that have struck less often than `times` says, or never where that is Infinity: a test that ends with
   * one has not tested it. One that was cancelled or cleared is withdrawn and not told.
   */
  get unused(): readonly FaultRule[] {
    return [...this.#injected, ...this.#planned].filter((rule) => rule.isUnused).map(({ given }) => given);
  }

  /** @internal Whether any call can be struck: to ask is not free for a large one. */
  get isArmed(): boolean {
    return this.#injected.length > 0 || this.#planned.length > 0;
  }

  /** @internal What strikes this call; asked once for each. */
  strike(subject: CallSubject): StruckFault | undefined {
    for (const rule of this.#injected) {
      const fault = rule.strike(subject);
      if (fault) return this.#struck(rule, fault, subject);
    }
    for (const rule of this.#planned) {
      const fault = rule.strike(subject);
      if (fault) return this.#struck(rule, fault, subject);
    }
    return undefined;
  }

  #struck(rule: ArmedRule, fault: StruckFault, { action, nowMs, shardIds, streamName }: CallSubject): StruckFault {
    if (rule.isSpent) this.#withdraw([rule]);
    if (this.#log.length >= 2 * LOG_ENTRIES) this.#log.splice(0, LOG_ENTRIES);
    this.#log.push({ atMs: nowMs, action, streamName, shardIds, fault });
    return fault;
  }

  #withdraw(rules: readonly ArmedRule[]): void {
    this.#injected = this.#injected.filter((rule) => !rules.includes(rule));
    this.#planned = this.#planned.filter((rule) => !rules.includes(rule));
  }

  #handle(rules: readonly ArmedRule[]): FaultHandle {
    const withdraw = (): void => this.#withdraw(rules);
    return {
      get hits(): number {
        return rules.reduce((hits, rule) => hits + rule.hits, 0);
      },
      cancel: withdraw,
    };
  }
}
