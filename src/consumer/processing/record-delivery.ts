// For `run({ record })`: one call a record, and checkpoints that follow what is finished by themselves.

import { SHARD_END } from "./batch.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { Concurrency } from "./record-lanes.ts";
import type { RecordProcessing } from "./record-processing.ts";
import type { PackedPage, ShardDelivery } from "./shard-delivery.ts";

interface RecordDeliveryOptions {
  readonly processing: RecordProcessing;
  readonly checkpointer: Checkpointer;
  readonly per: Concurrency["per"];
  /** The reader stops. */
  readonly signal: AbortSignal;
  readonly stopShard: () => void;
}

export class RecordDelivery implements ShardDelivery {
  /** Of keys, as many records as can be must be at hand, or there are not enough of them to run at once. */
  readonly takesWholePages: boolean;
  readonly #processing: RecordProcessing;
  readonly #checkpointer: Checkpointer;
  readonly #signal: AbortSignal;
  readonly #stopShard: () => void;
  #isWatched = false;

  constructor({ checkpointer, per, processing, signal, stopShard }: RecordDeliveryOptions) {
    this.#processing = processing;
    this.#checkpointer = checkpointer;
    this.takesWholePages = per === "partitionKey";
    this.#signal = signal;
    this.#stopShard = stopShard;
  }

  async begin(): Promise<void> {}

  async deliver(packed: PackedPage): Promise<void> {
    try {
      while (!this.#signal.aborted) {
        // One after the other, nothing of the next would run before; and unpacked it is several times as large.
        if (!this.takesWholePages) await this.#processing.drain();
        const page = packed.unpackNext();
        if (!page) {
          this.#watch();
          return;
        }
        await this.#processing.accept(page);
      }
      packed.release();
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
  }

  /** A record that fails for good must show though no page comes after it: the stop of the shard then tells why. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#processing.drain().then(
      () => {
        this.#isWatched = false;
      },
      () => this.#stopShard(),
    );
  }

  async #settle(): Promise<void> {
    try {
      await this.#processing.drain();
    } finally {
      await this.#checkpointer.flush();
    }
  }
}
