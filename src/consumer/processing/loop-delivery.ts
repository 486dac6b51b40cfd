// For `for await`: each page is a batch that a loop takes. Nothing is stored but what the loop checkpoints.

import { type Batch, DeliveredBatch } from "./batch.ts";
import type { BatchExchange } from "./batch-exchange.ts";
import type { BatchWatch } from "./batch-watch.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { DeliveredPage, ShardDelivery } from "./shard-delivery.ts";

export interface LoopDeliveryOptions {
  readonly exchange: BatchExchange<Batch>;
  readonly checkpointer: Checkpointer;
  readonly watch: BatchWatch;
  /** The reader stops. */
  readonly signal: AbortSignal;
}

export class LoopDelivery implements ShardDelivery {
  readonly #options: LoopDeliveryOptions;
  #offered: DeliveredPage | undefined;

  constructor(options: LoopDeliveryOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {}

  async deliver(page: DeliveredPage): Promise<void> {
    const { checkpointer, exchange, signal, watch } = this.#options;
    try {
      if (page.records.length === 0 && !page.isShardEnd) return;
      const done = watch.begin(page);
      this.#offered = page;
      await exchange.offer(new DeliveredBatch(page, checkpointer), signal);
      done();
    } finally {
      this.#offered = undefined;
      page.release();
    }
  }

  async end(): Promise<void> {}

  async stop(): Promise<void> {}

  abandon(): void {
    // Whatever the loop had not taken was withdrawn when the reader stopped.
    if (this.#offered) this.#options.watch.abandon(this.#offered.shardId, this.#offered.records.length);
  }
}
