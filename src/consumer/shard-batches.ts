// The batches of one shard, for a loop of its own. It is read while somebody iterates it: not before, and not after.

import {
  type Batch,
  BatchExchange,
  LoopDelivery,
  type LoopDeliveryOptions,
  type PackedPage,
  type ShardDelivery,
} from "./processing/index.ts";
import type { KnownShard } from "./shards/index.ts";

export interface ShardBatches extends AsyncIterable<Batch> {
  readonly shardId: string;
  /** One after a split, two after a merge; all of them were read to their end. */
  readonly parentShardIds: readonly string[];
  /** Leaving the loop stops the reading of this shard, and its children are not read either. */
  [Symbol.asyncIterator](): AsyncIterator<Batch, undefined>;
}

export interface ShardBatchesOptions extends Omit<LoopDeliveryOptions, "exchange"> {
  readonly stopShard: () => void;
}

export class IteratedShard implements ShardBatches, ShardDelivery {
  readonly takesWholePages: boolean = false;
  readonly shardId: string;
  readonly parentShardIds: readonly string[];
  readonly #options: ShardBatchesOptions;
  readonly #exchange: BatchExchange<Batch> = new BatchExchange<Batch>();
  readonly #loop: LoopDelivery;
  readonly #iterated: Promise<void>;
  #onIterated: () => void = () => undefined;

  constructor({ parentShardIds, shardId }: KnownShard, options: ShardBatchesOptions) {
    this.shardId = shardId;
    this.parentShardIds = parentShardIds;
    this.#options = options;
    this.#loop = new LoopDelivery({ ...options, exchange: this.#exchange });
    this.#iterated = new Promise((resolve, reject) => {
      const { signal } = options;
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#onIterated = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
    });
    // Of a shard that nobody iterates, the loop that waits for it hears.
    this.#iterated.catch(() => undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<Batch, undefined> {
    return {
      next: () => {
        this.#onIterated();
        return this.#exchange.next();
      },
      return: async () => {
        this.#exchange.release();
        this.#options.stopShard();
        this.close();
        return { done: true, value: undefined };
      },
    };
  }

  /** Nothing more comes: its end, the reader's, or an error. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#exchange.close(end);
  }

  async begin(): Promise<void> {
    await this.#iterated;
  }

  async deliver(packed: PackedPage): Promise<void> {
    await this.#loop.deliver(packed);
  }

  async end(): Promise<void> {
    this.close();
  }

  async stop(): Promise<void> {}

  abandon(): void {
    this.#loop.abandon();
  }
}
