// A rate of the service: so much a second, a second's worth at once. What has come to nothing by waiting is not kept.

/** The least that is counted, so that whole milliseconds of whole rates are whole numbers: sums of 0.1 drift. */
const PARTS = 1_000;

export class Budget {
  /** In parts, a second's worth; parts a millisecond are the same number as units a second. */
  readonly #whole: number;
  readonly #perSecond: number;
  /** In parts. */
  #left: number;
  #atMs: number;
  /** Took more than there was: shut until all of it is paid off. */
  #overdrawn = false;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#whole = perSecond * PARTS;
    this.#left = this.#whole;
    this.#atMs = nowMs;
  }

  /** Takes `cost` if it is there. What never fits, a record of 10 MiB, passes when the budget is whole, and is paid off. */
  tryTake(cost: number, nowMs: number): boolean {
    if (!this.has(cost, nowMs)) return false;
    this.#left -= cost * PARTS;
    return true;
  }

  /** Whether `tryTake` would succeed. */
  has(cost: number, nowMs: number): boolean {
    this.#refill(nowMs);
    const parts = cost * PARTS;
    return parts <= this.#left || (parts > this.#whole && this.#isWhole && this.#whole > 0);
  }

  /** For what is known only afterwards: a page of 10 MiB at 2 MiB a second shuts the shard for 5 s (GetRecords). */
  isOpen(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#overdrawn && !this.#isWhole) return false;
    this.#overdrawn = false;
    return this.#left > 0;
  }

  charge(cost: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#left -= cost * PARTS;
    if (this.#left < 0) this.#overdrawn = true;
  }

  /** Until `isOpen`, in milliseconds. */
  msUntilOpen(nowMs: number): number {
    if (this.isOpen(nowMs)) return 0;
    if (this.#perSecond === 0) return Number.POSITIVE_INFINITY;
    const missing = (this.#overdrawn ? this.#whole : Math.min(PARTS, this.#whole)) - this.#left;
    return Math.max(1, Math.ceil(missing / this.#perSecond));
  }

  get #isWhole(): boolean {
    return this.#left === this.#whole;
  }

  #refill(nowMs: number): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) {
      this.#left = this.#whole;
      return;
    }
    this.#left = Math.min(this.#whole, this.#left + (nowMs - this.#atMs) * this.#perSecond);
    this.#atMs = nowMs;
  }
}
