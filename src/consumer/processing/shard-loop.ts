// One shard, from where it starts to its end, or until the reader stops: page after page to the user's code.

import { releasePage } from "../../kinesis/index.ts";
import { type Checkpoint, positionOf } from "../checkpoint.ts";
import type { HeldPage, PrefetchedPages } from "../retrieval/index.ts";
import type { KnownShard } from "../shards/index.ts";
import { DigestsAhead } from "./digests-ahead.ts";
import { pageParts } from "./page-parts.ts";
import { ResumeFilter } from "./resume-filter.ts";
import type { DeliveredPage, ShardDelivery } from "./shard-delivery.ts";
import { type UnpackOptions, unpackPart } from "./unpack-part.ts";

export interface ShardLoopOptions extends UnpackOptions {
  readonly batchBytes: number;
  /** Whether a page's memory is given back to the client that read it. */
  readonly reusePages: boolean;
  readonly shard: KnownShard;
  readonly start: Checkpoint;
  readonly delivery: ShardDelivery;
  readonly nowMs: () => number;
  /** Of each page, empty ones too. */
  readonly onMillisBehindLatest: (millisBehindLatest: number) => void;
  /** The reader stops. */
  readonly signal: AbortSignal;
}

export class ShardLoop {
  readonly #options: ShardLoopOptions;
  readonly #resume: ResumeFilter;

  constructor(options: ShardLoopOptions) {
    this.#options = options;
    this.#resume = new ResumeFilter(options.start);
  }

  onPositionRefused(error: unknown): void {
    const { onEvent, shard, start } = this.#options;
    onEvent({ type: "position-refused", shardId: shard.shardId, position: positionOf(start), error });
    this.#resume.reset();
  }

  /** The shard's children at its end; undefined: the reader stops. @throws what reading or processing throws */
  async run(pages: PrefetchedPages): Promise<readonly KnownShard[] | undefined> {
    const { delivery, signal } = this.#options;
    try {
      const children = await this.#readToEnd(pages);
      if (children) return children;
    } catch (error) {
      // Whatever waits says so by the signal's reason.
      if (!signal.aborted || error !== signal.reason) throw error;
    } finally {
      pages.close();
    }
    await delivery.stop();
    return undefined;
  }

  async #readToEnd(pages: PrefetchedPages): Promise<readonly KnownShard[] | undefined> {
    const { delivery, onEvent, shard, signal } = this.#options;
    await delivery.begin();
    while (!signal.aborted) {
      const childShards = await this.#deliverNext(pages);
      if (!childShards) continue;
      // Stopped meanwhile: not all of it need be finished.
      signal.throwIfAborted();
      await delivery.end();
      signal.throwIfAborted();
      const childShardIds = childShards.map(({ shardId }) => shardId);
      onEvent({ type: "shard-ended", shardId: shard.shardId, childShardIds });
      return childShards;
    }
    return undefined;
  }

  /** A call a page: a loop that waits for the next would hold the one before, of every shard, outside of any budget. */
  async #deliverNext(pages: PrefetchedPages): Promise<readonly KnownShard[] | undefined> {
    const { onMillisBehindLatest } = this.#options;
    const held = await pages.next();
    const { childShards, millisBehindLatest, records } = held.page;
    onMillisBehindLatest(millisBehindLatest);
    const isShardEnd = childShards !== undefined;
    this.#tellTrimmed(records, isShardEnd);
    if (records.length > 0 || isShardEnd) await this.#deliver(held, isShardEnd);
    return childShards;
  }

  async #deliver({ page, release }: HeldPage, isLastPage: boolean): Promise<void> {
    const { batchBytes, delivery, reusePages, shard } = this.#options;
    const { bytes, millisBehindLatest, records } = page;
    const parts = delivery.takesWholePages ? [{ records, bytes }] : pageParts(records, batchBytes);
    const releaseAll = (): void => {
      release();
      if (reusePages) releasePage({ Records: records });
    };
    const digests = new DigestsAhead(parts);
    let next = 0;
    const unpackNext = (): DeliveredPage | undefined => {
      const part = parts[next];
      if (!part) return undefined;
      const sound = digests.of(next++);
      const isLast = next === parts.length;
      const own = {
        isShardEnd: isLastPage && isLast,
        millisBehindLatest,
        release: isLast ? releaseAll : () => undefined,
      };
      return { ...unpackPart(part, sound, shard, this.#resume, this.#options), ...own };
    };
    await delivery.deliver({ unpackNext, release });
  }

  #tellTrimmed(records: Parameters<ResumeFilter["trimmedBefore"]>[0], isEnd: boolean): void {
    const { nowMs, onEvent, shard } = this.#options;
    const trimmed = this.#resume.trimmedBefore(records, isEnd, nowMs());
    if (!trimmed) return;
    const { missingMs, position } = trimmed;
    onEvent({ type: "position-trimmed", shardId: shard.shardId, position: positionOf(position), missingMs });
  }
}
