// A rate of the service: so much a second, a second's worth at once. What has come to nothing by waiting is not kept.

export class Budget {
  readonly #perSecond: number;
  #left: number;
  #atMs: number;
  /** Took more than there was: shut until all of it is paid off. */
  #overdrawn = false;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#atMs = nowMs;
  }

  /** Takes `cost` if it is there. What never fits, a record of 10 MiB, passes when the budget is whole, and is paid off. */
  tryTake(cost: number, nowMs: number): boolean {
    this.#refill(nowMs);
    if (cost > this.#left && !this.#isWholeAndTooSmallFor(cost)) return false;
    this.#left -= cost;
    return true;
  }

  /** Whether `tryTake` would succeed. */
  has(cost: number, nowMs: number): boolean {
    this.#refill(nowMs);
    return cost <= this.#left || this.#isWholeAndTooSmallFor(cost);
  }

  /** For what is known only afterwards: a page of 10 MiB at 2 MiB a second shuts the shard for 5 s (GetRecords). */
  isOpen(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#overdrawn && this.#left < this.#perSecond) return false;
    this.#overdrawn = false;
    return this.#left > 0;
  }

  charge(cost: number, nowMs: number): void {
    this.#refill(nowMs);
    this.#left -= cost;
    if (this.#left < 0) this.#overdrawn = true;
  }

  /** Until `isOpen`, in milliseconds. */
  msUntilOpen(nowMs: number): number {
    if (this.isOpen(nowMs)) return 0;
    const missing = this.#overdrawn ? this.#perSecond - this.#left : Math.min(1, this.#perSecond) - this.#left;
    return this.#perSecond === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.ceil((missing / this.#perSecond) * 1_000));
  }

  #isWholeAndTooSmallFor(cost: number): boolean {
    return cost > this.#perSecond && this.#left === this.#perSecond && this.#perSecond > 0;
  }

  #refill(nowMs: number): void {
    if (this.#perSecond === Number.POSITIVE_INFINITY) {
      this.#left = this.#perSecond;
      return;
    }
    this.#left = Math.min(this.#perSecond, this.#left + ((nowMs - this.#atMs) * this.#perSecond) / 1_000);
    this.#atMs = nowMs;
  }
}
