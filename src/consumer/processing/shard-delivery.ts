// How a shard's pages reach the user's code: one way for each form of reading.

import type { UnpackedPage } from "./unpacked-page.ts";

export interface DeliveredPage extends UnpackedPage {
  /** It is the last, and may be empty. */
  readonly isShardEnd: boolean;
}

/** A page that waits for its user, in parts. Unpacked it is several times as large, so that is done when the user is there. */
export interface PackedPage {
  /**
   * The next part; undefined: that was all.
   * @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, and what it throws itself
   */
  unpackNext(): DeliveredPage | undefined;
  /** Nobody wants the rest of it. */
  release(): void;
}

export interface ShardDelivery {
  /** Whether it can only do with all of a page what it does: else a page comes in parts. */
  readonly takesWholePages: boolean;
  /** Before the first page. */
  begin(): Promise<void>;
  /** Resolves when another page may come. Also pages of which a filter leaves nothing. It releases the page. */
  deliver(packed: PackedPage): Promise<void>;
  /** After the last page: resolves when all of the shard is finished, and stored where this form stores by itself. */
  end(): Promise<void>;
  /** Instead of more pages, when the reader stops: what runs may finish; nothing new begins. */
  stop(): Promise<void>;
  /** The time for that is over. What still runs does not count any more. */
  abandon(): void;
}
