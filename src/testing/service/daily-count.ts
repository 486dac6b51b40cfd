/** "25 times in a rolling 24-hour period". */
export class DailyCount {
  #takenMs: number[] = [];

  /** Whether there was one left. */
  tryTake(most: number, nowMs: number): boolean {
    this.#takenMs = this.#takenMs.filter((atMs) => atMs > nowMs - DAY_MS);
    if (this.#takenMs.length >= most) return false;
    this.#takenMs.push(nowMs);
    return true;
  }
}

const DAY_MS = 86_400_000;
