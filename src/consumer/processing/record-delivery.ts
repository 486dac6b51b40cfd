// For `run({ record })`: one call a record, and checkpoints that follow what is finished by themselves.

import { ReaderStoppedError } from "../errors.ts";
import { SHARD_END } from "./batch.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { RecordProcessing } from "./record-processing.ts";
import type { DeliveredPage, ShardDelivery } from "./shard-delivery.ts";

export class RecordDelivery implements ShardDelivery {
  readonly #processing: RecordProcessing;
  readonly #checkpointer: Checkpointer;

  readonly #signal: AbortSignal;

  /** `signal`: the reader stops. */
  constructor(processing: RecordProcessing, checkpointer: Checkpointer, signal: AbortSignal) {
    this.#processing = processing;
    this.#checkpointer = checkpointer;
    this.#signal = signal;
  }

  async begin(): Promise<void> {}

  async deliver(page: DeliveredPage): Promise<void> {
    try {
      await this.#processing.accept(page);
    } catch (error) {
      // What others finished meanwhile, up to the one that failed, need not come again.
      await this.#settle();
      throw error;
    }
  }

  async end(): Promise<void> {
    await this.#settle();
    // Then some of it may never have been started.
    if (this.#signal.aborted) return;
    await this.#checkpointer.save(SHARD_END);
  }

  async stop(): Promise<void> {
    await this.#settle();
  }

  abandon(): void {
    this.#processing.abandon();
    this.#checkpointer.close(new ReaderStoppedError());
  }

  async #settle(): Promise<void> {
    try {
      await this.#processing.drain();
    } finally {
      await this.#checkpointer.flush();
    }
  }
}
