// Where shards hand over their batches to a loop: one batch at a time, in the order of offering, and a shard goes on when
// the loop comes back for more. So the loop's body is all the backpressure there is.

interface Offer<Item> {
  /** The next one of those offered; undefined: there are no more. */
  readonly make: () => Item | undefined;
  /** The loop is done with it. */
  readonly done: () => void;
  /** It could not be made. */
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

interface Taker<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(error: unknown): void;
}

export class BatchExchange<Item> {
  readonly #offers = new Set<Offer<Item>>();
  readonly #takers: Taker<Item>[] = [];
  #taken: Offer<Item> | undefined;
  #end: { readonly error?: unknown } | undefined;

  /** One. As `offerAll`. */
  offer(make: () => Item | undefined, signal: AbortSignal): Promise<void> {
    let isMade = false;
    const once = (): Item | undefined => {
      if (isMade) return undefined;
      isMade = true;
      return make();
    };
    return this.offerAll(once, signal);
  }

  /**
   * Several that belong together, and follow each other. Resolves when the loop has taken the last and come back. `make` is
   * called when the loop is there: what waits need not be unpacked. Undefined: there are no more, or were none after all.
   * After the signal no more are taken.
   * @throws what `make` throws; the signal's reason, if nobody has taken one till then
   */
  offerAll(make: () => Item | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        this.#offers.delete(offer);
        if (this.#taken !== offer) reject(signal.reason as Error);
      };
      const settled = (settle: () => void): void => {
        signal.removeEventListener("abort", onAbort);
        settle();
      };
      const done = (): void => settled(resolve);
      const fail = (error: unknown): void => settled(() => reject(error as Error));
      const offer: Offer<Item> = { make, done, fail, signal };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#offers.add(offer);
      this.#match();
    });
  }

  /** Says that the item before is done with, and waits for the next; done at the end. @throws the error of the end */
  next(): Promise<IteratorResult<Item, undefined>> {
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
      const taken = this.#taken;
      this.#taken = undefined;
      if (taken?.signal.aborted) taken.done();
      else if (taken) this.#take(taken);
      this.#match();
    });
  }

  /** Of the item that was taken last. */
  release(): void {
    this.#taken?.done();
    this.#taken = undefined;
  }

  /** Nobody offers anything any more. An error is told once. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#match();
  }

  #match(): void {
    while (this.#takers.length > 0) {
      const [offer] = this.#offers;
      if (offer && !this.#taken) {
        this.#offers.delete(offer);
        this.#take(offer);
      } else if (this.#end && !offer) {
        const { error } = this.#end;
        this.#end = {};
        if (error === undefined) this.#takers.shift()?.resolve({ done: true, value: undefined });
        else this.#takers.shift()?.reject(error);
      } else return;
    }
  }

  #take(offer: Offer<Item>): void {
    let item: Item | undefined;
    try {
      item = offer.make();
    } catch (error) {
      offer.fail(error);
      return;
    }
    if (item === undefined) {
      offer.done();
      return;
    }
    this.#taken = offer;
    this.#takers.shift()?.resolve({ done: false, value: item });
  }
}
