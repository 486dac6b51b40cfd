// For `for await`: the parts of each page are batches that a loop takes. Nothing is stored but what the loop checkpoints.

import { type Batch, DeliveredBatch, SHARD_END } from "./batch.ts";
import type { BatchExchange } from "./batch-exchange.ts";
import type { BatchWatch } from "./batch-watch.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { DeliveredPage, PackedPage, ShardDelivery } from "./shard-delivery.ts";

export interface LoopDeliveryOptions {
  readonly exchange: BatchExchange<Batch>;
  readonly checkpointer: Checkpointer;
  readonly watch: BatchWatch;
  /** The reader stops. */
  readonly signal: AbortSignal;
}

export class LoopDelivery implements ShardDelivery {
  readonly takesWholePages: boolean = false;
  readonly #options: LoopDeliveryOptions;
  #taken: DeliveredPage | undefined;

  constructor(options: LoopDeliveryOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {}

  async deliver(packed: PackedPage): Promise<void> {
    const { checkpointer, exchange, signal, watch } = this.#options;
    let done: (() => void) | undefined;
    const finish = (): void => {
      done?.();
      done = undefined;
      this.#taken?.release();
      this.#taken = undefined;
    };
    const take = (): Batch | undefined => {
      finish();
      for (let page = packed.unpackNext(); page; page = packed.unpackNext()) {
        this.#taken = page;
        if (page.records.length === 0 && !page.isShardEnd) continue;
        done = watch.begin(page);
        return new DeliveredBatch(page, page.isShardEnd ? SHARD_END : page.end, checkpointer);
      }
      return undefined;
    };
    try {
      await exchange.offerAll(take, signal);
      finish();
    } finally {
      this.#taken = undefined;
      packed.release();
    }
  }

  async end(): Promise<void> {}

  async stop(): Promise<void> {}

  abandon(): void {
    // Whatever the loop had not taken was withdrawn when the reader stopped.
    if (this.#taken) this.#options.watch.abandon(this.#taken.shardId, this.#taken.records.length);
  }
}
