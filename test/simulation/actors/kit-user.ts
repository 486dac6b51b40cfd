// The user's code of one life of a reader: handlers that take their time, throw now and then, and write down what they
// were given and what they are done with.

import type { UserRecord } from "../../../src/codec/index.ts";
import type { Batch } from "../../../src/consumer/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { deliveredRecord, type KitLog } from "../kit-log.ts";
import type { Lifeline } from "../lifeline.ts";
import type { World } from "../world.ts";
import type { LifePlan } from "./kit-life-plan.ts";

class UserError extends Error {
  override readonly name = "UserError";
}

export interface KitUserOptions {
  readonly world: World;
  readonly log: KitLog;
  readonly life: number;
  readonly plan: LifePlan;
  readonly random: Random;
  readonly line: Lifeline;
  readonly isStormy: () => boolean;
}

export class KitUser {
  readonly #options: KitUserOptions;
  readonly #throws = new Map<string, number>();
  /** It leaves its loop as soon as it can. */
  wantsBreak = false;
  /** Ends its loop from outside, though that waits for the next batch. */
  leave: () => Promise<unknown> = () => Promise.resolve();
  /** A shard's own loop, before its end. */
  hasLeft = false;

  constructor(options: KitUserOptions) {
    this.#options = options;
  }

  get plan(): LifePlan {
    return this.#options.plan;
  }

  get line(): Lifeline {
    return this.#options.line;
  }

  /** So often of a thousand times, while there is a storm. */
  happens(perMille: number): boolean {
    const { isStormy, random } = this.#options;
    return isStormy() && random.int(1_000) < perMille;
  }

  delivered(records: readonly UserRecord[]): void {
    const { life, log, world } = this.#options;
    for (const record of records) log.add({ type: "delivered", life, ...deliveredRecord(record) });
    const [first, last] = [records[0], records.at(-1)].map((record) => record && deliveredRecord(record).place);
    if (first) world.log(log.name, `gets ${records.length}: ${first} .. ${last}`);
  }

  /** Undefined: done at once. */
  work(): Promise<void> | undefined {
    const { plan, random } = this.#options;
    const ms = plan.workMs > 0 && random.once(3) ? random.int(plan.workMs) : 0;
    const isFailing = this.happens(plan.throwsPerMille);
    if (ms === 0 && !isFailing) return undefined;
    return this.#workFor(ms, isFailing);
  }

  finished(record: UserRecord): void {
    const { life, log } = this.#options;
    log.add({ type: "finished", life, place: deliveredRecord(record).place });
  }

  /** How often now. */
  threw(record: UserRecord): number {
    const { life, log } = this.#options;
    const { place } = deliveredRecord(record);
    log.add({ type: "threw", life, place });
    const times = (this.#throws.get(place) ?? 0) + 1;
    this.#throws.set(place, times);
    return times;
  }

  /** Works at a batch, and stores how far it is as it likes. */
  async workAt(batch: Batch): Promise<void> {
    const { line, plan } = this.#options;
    this.delivered(batch.records);
    for (const record of batch.records) {
      const working = this.work();
      if (working) await line.through(working);
      this.finished(record);
      if (this.#isDue(plan.checkpointsPerMille.record)) await this.checkpoint(() => batch.checkpoint(record));
      if (this.wantsBreak) return;
    }
    await this.checkpointAll(batch);
  }

  async checkpointAll(batch: Pick<Batch, "checkpoint">): Promise<void> {
    if (this.#isDue(this.plan.checkpointsPerMille.batch)) await this.checkpoint(() => batch.checkpoint());
  }

  /** If it fails, now and then that is the end of it. */
  async checkpoint(save: () => Promise<void>): Promise<void> {
    const { line } = this.#options;
    try {
      await line.through(save());
    } catch (error) {
      if (this.happens(300)) throw error;
    }
  }

  log(what: string): void {
    const { log, world } = this.#options;
    world.log(log.name, what);
  }

  #isDue(perMille: number): boolean {
    return this.#options.random.int(1_000) < perMille;
  }

  async #workFor(ms: number, isFailing: boolean): Promise<void> {
    if (ms > 0) await this.#options.line.sleep(ms);
    if (isFailing) throw new UserError("the dice say so");
  }
}
