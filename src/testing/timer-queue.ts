// Timers by due time, then by order of creation: a binary heap that knows where each timer lies, so that a cancelled one
// leaves at once. Code under test arms a timeout of 30 s for every call and cancels it a millisecond later; left inside,
// they would pile up.

export interface Timer {
  readonly dueMs: number;
  /** Of two that are due together, the one armed first runs first. */
  readonly ordinal: number;
  readonly unref: boolean;
  readonly run: () => void;
  /** Where it lies in the heap; -1 once it has left. */
  at: number;
}

/** With four children to a parent, and the due times in an array of their own, a million timers stay quick. */
const CHILDREN = 4;

export class TimerQueue {
  readonly #heap: Timer[] = [];
  readonly #dueMs: number[] = [];
  #armed = 0;
  #awaited = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Of those that are not unref'ed and will ever be due. */
  get awaited(): number {
    return this.#awaited;
  }

  get first(): Timer | undefined {
    return this.#heap[0];
  }

  add(dueMs: number, run: () => void, unref: boolean): Timer {
    const timer: Timer = { dueMs, ordinal: this.#armed++, unref, run, at: this.#heap.length };
    if (isAwaited(timer)) this.#awaited++;
    this.#heap.push(timer);
    this.#dueMs.push(dueMs);
    this.#rise(timer, timer.at);
    return timer;
  }

  /** Nothing, if the timer has left before. */
  remove(timer: Timer): void {
    const { at } = timer;
    if (at < 0) return;
    timer.at = -1;
    if (isAwaited(timer)) this.#awaited--;
    this.#dueMs.pop();
    const last = this.#heap.pop();
    if (last && last !== timer) this.#rise(last, this.#sink(last, at));
  }

  /** Opens the place `at` downwards, until `timer` may lie in it. */
  #sink(timer: Timer, at: number): number {
    const end = this.#heap.length;
    for (let hole = at; ; ) {
      let first = CHILDREN * hole + 1;
      if (first >= end) return hole;
      const childrenEnd = Math.min(end, first + CHILDREN);
      for (let child = first + 1; child < childrenEnd; child++) {
        if (this.#precedes(child, this.#dueMs[first]!, this.#heap[first]!)) first = child; // first < end
      }
      if (!this.#precedes(first, timer.dueMs, timer)) return hole;
      this.#place(this.#heap[first]!, hole); // first < end
      hole = first;
    }
  }

  /** Lays `timer` into the place `at`, or as far above it as it must. */
  #rise(timer: Timer, at: number): void {
    let hole = at;
    while (hole > 0) {
      const parent = Math.floor((hole - 1) / CHILDREN);
      if (this.#precedes(parent, timer.dueMs, timer)) break;
      this.#place(this.#heap[parent]!, hole); // parent < hole
      hole = parent;
    }
    this.#place(timer, hole);
  }

  #place(timer: Timer, at: number): void {
    this.#heap[at] = timer;
    this.#dueMs[at] = timer.dueMs;
    timer.at = at;
  }

  /** Whether the timer at the place `at` runs before `other`, which is due at `dueMs`. */
  #precedes(at: number, dueMs: number, other: Timer): boolean {
    const ms = this.#dueMs[at]!; // at < length
    return ms === dueMs ? this.#heap[at]!.ordinal < other.ordinal : ms < dueMs;
  }
}

function isAwaited({ unref, dueMs }: Timer): boolean {
  return !unref && dueMs < Number.POSITIVE_INFINITY;
}
