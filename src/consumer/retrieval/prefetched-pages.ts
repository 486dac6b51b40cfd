// Fetches a shard's next page while the one before is processed, as far as the budget goes. Not asking is all the
// backpressure that Kinesis knows.

import type { PageToCome, PrefetchBudget, Reservation } from "./prefetch-budget.ts";
import type { Page, ShardPages } from "./shard-pages.ts";

export interface HeldPage {
  readonly page: Page;
  /** Its memory may go. Any number of times. */
  readonly release: () => void;
}

/** Besides the one that is processed. KCL: 3 batches a shard. */
const MOST_AHEAD = 2;
/** One page of so much is enough: with a second one behind it, both have left the processor's cache when their turn comes. */
const ENOUGH_BYTES = 262_144;

export class PrefetchedPages implements PageToCome {
  readonly #source: ShardPages;
  readonly #budget: PrefetchBudget;
  readonly #signal: AbortSignal;
  readonly #ready: HeldPage[] = [];
  #isFetching = false;
  #isOver = false;
  #isClosed = false;
  #error: { readonly thrown: unknown } | undefined;
  #expectedBytes: number | undefined;
  #processing: HeldPage | undefined;
  #taker: { resolve(page: HeldPage): void; reject(error: unknown): void } | undefined;

  /** `signal`: the one that ends the source. */
  constructor(source: ShardPages, budget: PrefetchBudget, signal: AbortSignal) {
    this.#source = source;
    this.#budget = budget;
    this.#signal = signal;
  }

  /**
   * One call at a time, none after the last page. Whoever has taken all that was fetched before an error gets the error.
   * @throws what the source throws
   */
  next(): Promise<HeldPage> {
    const taken = new Promise<HeldPage>((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
    this.#hand();
    this.#fetch();
    return taken;
  }

  /** What was fetched ahead and is not wanted any more. */
  close(): void {
    this.#isClosed = true;
    for (const { release } of this.#ready.splice(0)) release();
  }

  /** What the budget asks while a page of this shard waits for room. */
  get isAhead(): boolean {
    return this.#processing !== undefined || this.#ready.length > 0;
  }

  get expectedBytes(): number | undefined {
    return this.#expectedBytes;
  }

  #hand(): void {
    const taker = this.#taker;
    if (!taker) return;
    const held = this.#ready.shift();
    if (held) {
      this.#taker = undefined;
      // An empty page is nothing that its user would have to work on.
      this.#processing = held.page.records.length > 0 ? held : undefined;
      taker.resolve(held);
    } else if (this.#error) {
      this.#taker = undefined;
      taker.reject(this.#error.thrown);
    }
  }

  get #hasEnough(): boolean {
    return this.#ready.length >= MOST_AHEAD || this.#ready.some(({ page }) => page.bytes >= ENOUGH_BYTES);
  }

  #fetch(): void {
    if (this.#isFetching || this.#isOver || this.#isClosed || this.#hasEnough) return;
    this.#isFetching = true;
    this.#fetchOne().then(
      () => {
        this.#isFetching = false;
        this.#hand();
        this.#fetch();
      },
      (thrown: unknown) => {
        this.#isFetching = false;
        this.#isOver = true;
        this.#error = { thrown };
        this.#hand();
      },
    );
  }

  async #fetchOne(): Promise<void> {
    const reservation = await this.#budget.reserve(this, this.#signal);
    let page: Page;
    try {
      page = await this.#source.next();
    } catch (error) {
      reservation.release();
      throw error;
    }
    this.#isOver = page.childShards !== undefined;
    const isEmpty = page.records.length === 0;
    // At the tip little comes at a time, and much of the time is spent waiting for it: room that a thousand idle shards
    // held meanwhile, none could read in. Behind it, what follows an empty page can be large.
    if (!isEmpty || page.millisBehindLatest === 0) {
      this.#expectedBytes = Math.max(page.bytes, (this.#expectedBytes ?? 0) / 2);
      reservation.fill(page.bytes, page.records.length);
    }
    if (isEmpty || this.#isClosed) reservation.release();
    if (this.#isClosed) return;
    // Of several empty pages in a row the last says all.
    if (isEmpty && this.#ready.at(-1)?.page.records.length === 0) this.#ready.pop();
    this.#ready.push(this.#heldPage(page, reservation));
  }

  #heldPage(page: Page, reservation: Reservation): HeldPage {
    // Not written into the object: V8 would make it old at once, and the page that it holds with it.
    const release = (): void => {
      if (this.#processing === held) this.#processing = undefined;
      reservation.release();
    };
    const held: HeldPage = { page, release };
    return held;
  }
}
