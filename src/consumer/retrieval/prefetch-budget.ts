// How much a process fetches ahead of its users, over all shards together. What is not asked for is the service's to keep:
// so a slow user holds no more memory than this, however far behind it falls.

export interface PrefetchBudgetOptions {
  readonly maxBytes: number;
  /** Kinesis records. */
  readonly maxRecords: number;
}

/** Room for a page, held until `release`. */
export interface Reservation {
  /** What came, in the place of what was expected. */
  fill(bytes: number, records: number): void;
  release(): void;
}

/** Asked again whenever there may be room: what a shard expects, and whether its user has a page, changes while it waits. */
export interface PageToCome {
  /** Undefined: the shard has not been read yet, and what other shards gave is expected. */
  readonly expectedBytes: number | undefined;
  /**
   * Of a shard whose user has a page already. Half of the room is kept for those who have none, so that the pages of slow
   * users don't stop the others.
   */
  readonly isAhead: boolean;
}

interface Waiting {
  readonly page: PageToCome;
  readonly grant: (reservation: Reservation) => void;
}

/** Before the first page of all: else every shard of a stream that was not read for long begins with the largest at once. */
const LARGEST_PAGE_BYTES = 10_485_760;
const MOST_NEW = 6;

export class PrefetchBudget {
  readonly #maxBytes: number;
  readonly #maxRecords: number;
  readonly #waiting = new Set<Waiting>();
  #bytes = 0;
  #records = 0;
  #held = 0;
  /** The largest of late; it halves with each smaller one. */
  #usualBytes: number = LARGEST_PAGE_BYTES;

  constructor({ maxBytes, maxRecords }: PrefetchBudgetOptions) {
    this.#maxBytes = maxBytes;
    this.#maxRecords = maxRecords;
  }

  /** Resolves when there is room, first come, first served. @throws the signal's reason */
  reserve(page: PageToCome, signal: AbortSignal): Promise<Reservation> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
        // One that waited behind it may fit.
        this.#grant();
      };
      const grant = (reservation: Reservation): void => {
        signal.removeEventListener("abort", onAbort);
        resolve(reservation);
      };
      const waiting: Waiting = { page, grant };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#grant();
    });
  }

  /** Of all pages held, and expected. */
  get bytes(): number {
    return this.#bytes;
  }

  /** No more than leaves room for some: else one page that is held for ever would keep out all that are not known yet. */
  get #expectedOfNew(): number {
    return Math.min(this.#usualBytes, this.#maxBytes / MOST_NEW);
  }

  #grant(): void {
    let aheadMust = false;
    for (const waiting of this.#waiting) {
      const { isAhead, expectedBytes = this.#expectedOfNew } = waiting.page;
      // Nobody overtakes one of his own kind.
      if (isAhead && aheadMust) continue;
      if (!this.#fits(expectedBytes, isAhead)) {
        if (!isAhead) return;
        aheadMust = true;
        continue;
      }
      this.#waiting.delete(waiting);
      waiting.grant(this.#reservation(expectedBytes));
    }
  }

  #fits(expectedBytes: number, isAhead: boolean): boolean {
    // A page can be larger than all the room there is.
    if (this.#held === 0) return true;
    const share = isAhead ? 0.5 : 1;
    return this.#bytes + expectedBytes <= this.#maxBytes * share && this.#records < this.#maxRecords * share;
  }

  #reservation(expectedBytes: number): Reservation {
    let held = { bytes: expectedBytes, records: 0 };
    this.#held++;
    this.#bytes += expectedBytes;
    const set = (bytes: number, records: number): void => {
      this.#bytes += bytes - held.bytes;
      this.#records += records - held.records;
      held = { bytes, records };
    };
    let isReleased = false;
    return {
      fill: (bytes, records) => {
        if (isReleased) return;
        this.#usualBytes = Math.max(bytes, this.#usualBytes / 2);
        set(bytes, records);
        this.#grant();
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        set(0, 0);
        this.#held--;
        this.#grant();
      },
    };
  }
}
