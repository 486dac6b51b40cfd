// Which record may run now. Order is kept within a lane, the records of a shard or of a partition key in it; how many
// lanes run at once is limited over the whole reader. Nothing here knows time, or runs anything.

import { InvalidOptionError, type UserRecord } from "../../codec/index.ts";

export interface Concurrency {
  /**
   * Within which order is kept, one record at a time: a shard, or a partition key in a shard. Records without a key share
   * a lane.
   * @defaultValue "shard"
   */
  readonly per: "shard" | "partitionKey";
  /** Records that run at once over the whole reader: a whole number from 1, or Infinity. @defaultValue Infinity */
  readonly limit: number;
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveConcurrency(options: Partial<Concurrency> = {}): Concurrency {
  const { limit = Number.POSITIVE_INFINITY, per = "shard" } = options;
  if (per !== "shard" && per !== "partitionKey") {
    throw new InvalidOptionError("concurrency.per", per, "one of shard, partitionKey");
  }
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 1)) {
    throw new InvalidOptionError("concurrency.limit", limit, "a whole number from 1, or Infinity");
  }
  return { limit, per };
}

/** Records that must run one after the other. What settles them is bound once a lane, so that a record costs no closure. */
export class Lane {
  readonly key: string | undefined;
  readonly onFulfilled: () => void;
  readonly onRejected: (error: unknown) => void;
  /** Of the record that runs or runs next, counted from the first that was added. */
  ordinal: number;
  /** Those behind it; most keys have one record at a time. */
  waiting: Fifo<number> | undefined;

  constructor(key: string | undefined, ordinal: number, settling: LaneSettling) {
    this.key = key;
    this.ordinal = ordinal;
    this.onFulfilled = () => settling.onFulfilled(this);
    this.onRejected = (error) => settling.onRejected(this, error);
  }
}

export interface LaneSettling {
  readonly onFulfilled: (lane: Lane) => void;
  readonly onRejected: (lane: Lane, error: unknown) => void;
}

/** Of one shard. */
export interface RecordLanes {
  add(records: readonly UserRecord[]): void;
  /** A lane whose record may run; the same one until it is taken. */
  next(): Lane | undefined;
  /** What `next` gave runs now: nothing else of its lane before it is finished. */
  take(): void;
  finish(lane: Lane): void;
}

export function recordLanes(per: Concurrency["per"], settling: LaneSettling): RecordLanes {
  return per === "shard" ? new ShardLane(settling) : new KeyLanes(settling);
}

class ShardLane implements RecordLanes {
  readonly #lane: Lane;
  #added = 0;
  #isBusy = false;

  constructor(settling: LaneSettling) {
    this.#lane = new Lane(undefined, 0, settling);
  }

  add(records: readonly UserRecord[]): void {
    this.#added += records.length;
  }

  next(): Lane | undefined {
    return this.#isBusy || this.#lane.ordinal === this.#added ? undefined : this.#lane;
  }

  take(): void {
    this.#isBusy = true;
  }

  finish(lane: Lane): void {
    lane.ordinal++;
    this.#isBusy = false;
  }
}

class KeyLanes implements RecordLanes {
  readonly #settling: LaneSettling;
  /** Those with a record that runs or may run. */
  readonly #busy: Map<string | undefined, Lane> = new Map();
  /** Their record may run. */
  readonly #ready: Fifo<Lane> = new Fifo();
  /** Pages of which not all records have been put into their lane. */
  readonly #pages: Fifo<readonly UserRecord[]> = new Fifo();
  #page: readonly UserRecord[] = [];
  #index = 0;
  #ordinal = 0;
  #next: Lane | undefined;

  constructor(settling: LaneSettling) {
    this.#settling = settling;
  }

  add(records: readonly UserRecord[]): void {
    this.#pages.push(records);
  }

  next(): Lane | undefined {
    this.#next ??= this.#ready.shift() ?? this.#firstOfIdleKey();
    return this.#next;
  }

  take(): void {
    this.#next = undefined;
  }

  finish(lane: Lane): void {
    const ordinal = lane.waiting?.shift();
    if (ordinal === undefined) {
      this.#busy.delete(lane.key);
      return;
    }
    lane.ordinal = ordinal;
    this.#ready.push(lane);
  }

  /** Goes no further than to the first record that may run: what lies behind it costs nothing yet. */
  #firstOfIdleKey(): Lane | undefined {
    for (;;) {
      if (this.#index === this.#page.length) {
        const page = this.#pages.shift();
        this.#page = page ?? [];
        this.#index = 0;
        if (!page) return undefined;
        continue;
      }
      const key = this.#page[this.#index++]!.partitionKey; // #index < length
      const ordinal = this.#ordinal++;
      const busy = this.#busy.get(key);
      if (!busy) {
        const lane = new Lane(key, ordinal, this.#settling);
        this.#busy.set(key, lane);
        return lane;
      }
      busy.waiting ??= new Fifo();
      busy.waiting.push(ordinal);
    }
  }
}

/** How many records may run at once over all shards of a reader. Who came first is served first. */
export class Slots {
  readonly #limit: number;
  readonly #waiting: Set<() => void> = new Set();
  #taken = 0;
  #isHandingOut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Whether there was one, and nobody has waited for it. */
  take(): boolean {
    if (this.#taken >= this.#limit || this.#waiting.size > 0) return false;
    this.#taken++;
    return true;
  }

  /** Calls once, when its turn has come, with a slot taken for it. */
  wait(granted: () => void): void {
    this.#waiting.add(granted);
  }

  cancel(granted: () => void): void {
    this.#waiting.delete(granted);
  }

  release(): void {
    this.#taken--;
    // Who is served may be done at once, and release in turn: the loop below serves the next, else each would stand on
    // the stack of the one before.
    if (this.#isHandingOut) return;
    this.#isHandingOut = true;
    try {
      for (const granted of this.#waiting) {
        if (this.#taken >= this.#limit) return;
        this.#waiting.delete(granted);
        this.#taken++;
        granted();
      }
    } finally {
      this.#isHandingOut = false;
    }
  }
}

/** Two stacks: unlike `shift` of a long array, each of its steps costs the same, and what has left is not held. */
class Fifo<T> {
  #in: T[] = [];
  #out: T[] = [];

  push(value: T): void {
    this.#in.push(value);
  }

  shift(): T | undefined {
    if (this.#out.length === 0) [this.#out, this.#in] = [this.#in.reverse(), this.#out];
    return this.#out.pop();
  }
}
