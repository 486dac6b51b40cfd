// One stream as simply as it can be told: lists that are searched whole, rates that are computed anew from all that was
// ever taken. It shares no code with the model, only what the documentation says.

export const KEYS: bigint = 2n ** 128n;
export const LIMITS = {
  writeRecordsPerSecond: 4,
  writeBytesPerSecond: 60,
  readCallsPerSecond: 3,
  readBytesPerSecond: 40,
  getRecordsBytes: 100,
  shardIteratorCallsPerSecond: 4,
  iteratorLifeMs: 300_000,
};
export const TRANSITION_MS = 2_000;
const DAY_MS = 86_400_000;

interface NaiveRecord {
  readonly text: string;
  readonly size: number;
  readonly atMs: number;
  /** As the model gave it out. */
  sequenceNumber: string;
}

interface Take {
  readonly atMs: number;
  readonly cost: number;
}

interface NaiveShard {
  readonly index: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly parents: readonly number[];
  readonly children: number[];
  readonly createdAtMs: number;
  closedAtMs: number;
  readonly records: NaiveRecord[];
  readonly writes: { readonly records: Take[]; readonly bytes: Take[] };
  readonly reads: { readonly calls: Take[]; readonly bytes: Take[] };
  readonly iterators: Take[];
}

export interface NaiveIterator {
  readonly shard: number;
  readonly place: number;
  readonly issuedAtMs: number;
}

export type Start =
  | { readonly kind: "TRIM_HORIZON" | "LATEST" }
  | { readonly kind: "AT_TIMESTAMP"; readonly timestampMs: number }
  | { readonly kind: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER"; readonly record: number };

export interface NaivePage {
  readonly texts: readonly string[];
  readonly millisBehindLatest: number;
  readonly children: readonly number[] | undefined;
  readonly next: NaiveIterator | undefined;
}

export class NaiveStream {
  nowMs: number;
  readonly shards: NaiveShard[] = [];
  #change: { readonly atMs: number; readonly apply: () => void } | undefined;

  constructor(nowMs: number, count: number) {
    this.nowMs = nowMs;
    const width = KEYS / BigInt(count);
    for (let at = 0n; at < count; at++) {
      this.#add(at * width, at === BigInt(count) - 1n ? KEYS - 1n : (at + 1n) * width - 1n, [], nowMs);
    }
  }

  wait(ms: number): void {
    const endMs = this.nowMs + ms;
    const change = this.#change;
    if (change && change.atMs <= endMs) {
      this.nowMs = change.atMs;
      this.#change = undefined;
      change.apply();
    }
    this.nowMs = endMs;
  }

  get isUpdating(): boolean {
    return this.#change !== undefined;
  }

  get open(): NaiveShard[] {
    return this.shards.filter(isOpen).sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  put(text: string, size: number, hashKey: bigint): NaiveShard | "ProvisionedThroughputExceededException" {
    const shard = this.open.find(({ end, start }) => start <= hashKey && hashKey <= end)!;
    const { bytes, records } = shard.writes;
    if (
      !this.#admits(records, LIMITS.writeRecordsPerSecond, 1) ||
      !this.#admits(bytes, LIMITS.writeBytesPerSecond, size)
    ) {
      return "ProvisionedThroughputExceededException";
    }
    records.push({ atMs: this.nowMs, cost: 1 });
    bytes.push({ atMs: this.nowMs, cost: size });
    shard.records.push({ text, size, atMs: this.nowMs, sequenceNumber: "" });
    return shard;
  }

  split(index: number, at: bigint): string | undefined {
    if (this.isUpdating) return "ResourceInUseException";
    const { end, start } = this.shards[index]!;
    this.#begin(() => {
      this.#close([index]);
      this.#add(start, at - 1n, [index], this.nowMs);
      this.#add(at, end, [index], this.nowMs);
    });
    return undefined;
  }

  merge(lower: number, upper: number): string | undefined {
    if (this.isUpdating) return "ResourceInUseException";
    const { start } = this.shards[lower]!;
    const { end } = this.shards[upper]!;
    this.#begin(() => {
      this.#close([lower, upper]);
      this.#add(start, end, [lower, upper], this.nowMs);
    });
    return undefined;
  }

  iterator(index: number, start: Start): NaiveIterator | string {
    const shard = this.shards[index];
    if (!shard || shard.closedAtMs < this.nowMs - DAY_MS) return "ResourceNotFoundException";
    if (start.kind === "AT_TIMESTAMP" && start.timestampMs > this.nowMs) return "InvalidArgumentException";
    if (isOpen(shard)) {
      if (!this.#admits(shard.iterators, LIMITS.shardIteratorCallsPerSecond, 1)) {
        return "ProvisionedThroughputExceededException";
      }
      shard.iterators.push({ atMs: this.nowMs, cost: 1 });
    }
    return { shard: index, place: this.#placeOf(shard, start), issuedAtMs: this.nowMs };
  }

  get({ issuedAtMs, place, shard: index }: NaiveIterator, limit: number): NaivePage | string {
    if (this.nowMs - issuedAtMs > LIMITS.iteratorLifeMs) return "ExpiredIteratorException";
    const shard = this.shards[index]!;
    if (!this.#readsAgain(shard) || !this.#admits(shard.reads.calls, LIMITS.readCallsPerSecond, 1)) {
      return "ProvisionedThroughputExceededException";
    }
    shard.reads.calls.push({ atMs: this.nowMs, cost: 1 });
    const texts: string[] = [];
    let bytes = 0;
    let next = Math.max(place, this.#horizonOf(shard));
    for (; next < shard.records.length && texts.length < limit; next++) {
      const { size, text } = shard.records[next]!;
      if (texts.length > 0 && bytes + size > LIMITS.getRecordsBytes) break;
      bytes += size;
      texts.push(text);
    }
    shard.reads.bytes.push({ atMs: this.nowMs, cost: bytes });
    const waiting = shard.records[next];
    const ended = !isOpen(shard) && !waiting;
    return {
      texts,
      millisBehindLatest: waiting ? Math.max(1, this.nowMs - waiting.atMs) : 0,
      children: ended ? shard.children : undefined,
      next: ended ? undefined : { shard: index, place: next, issuedAtMs: this.nowMs },
    };
  }

  list(type: string, timestampMs: number): number[] {
    const horizonMs = this.nowMs - DAY_MS;
    const passes: Record<string, (shard: NaiveShard) => boolean> = {
      AT_LATEST: isOpen,
      FROM_TRIM_HORIZON: () => true,
      AT_TRIM_HORIZON: ({ closedAtMs, createdAtMs, parents }) =>
        (parents.length === 0 || createdAtMs < horizonMs) && closedAtMs >= horizonMs,
      AT_TIMESTAMP: ({ closedAtMs, createdAtMs }) => createdAtMs <= timestampMs && timestampMs <= closedAtMs,
      FROM_TIMESTAMP: ({ closedAtMs }) => closedAtMs >= timestampMs,
    };
    return this.shards
      .filter((shard) => shard.closedAtMs >= horizonMs && passes[type]!(shard))
      .map(({ index }) => index);
  }

  #begin(apply: () => void): void {
    this.#change = { atMs: this.nowMs + TRANSITION_MS, apply };
  }

  #close(indexes: readonly number[]): void {
    for (const index of indexes) this.shards[index]!.closedAtMs = this.nowMs;
  }

  #add(start: bigint, end: bigint, parents: readonly number[], createdAtMs: number): void {
    const index = this.shards.length;
    for (const parent of parents) this.shards[parent]!.children.push(index);
    this.shards.push({
      index,
      start,
      end,
      parents,
      children: [],
      createdAtMs,
      closedAtMs: Number.POSITIVE_INFINITY,
      records: [],
      writes: { records: [], bytes: [] },
      reads: { calls: [], bytes: [] },
      iterators: [],
    });
  }

  #horizonOf({ records }: NaiveShard): number {
    return records.filter(({ atMs }) => atMs < this.nowMs - DAY_MS).length;
  }

  #placeOf(shard: NaiveShard, start: Start): number {
    switch (start.kind) {
      case "LATEST":
        return shard.records.length;
      case "AT_TIMESTAMP":
        return shard.records.filter(({ atMs }) => atMs < start.timestampMs).length;
      case "AT_SEQUENCE_NUMBER":
        return start.record;
      case "AFTER_SEQUENCE_NUMBER":
        return start.record + 1;
      default:
        return 0;
    }
  }

  #admits(takes: readonly Take[], perSecond: number, cost: number): boolean {
    const left = this.#left(takes, perSecond);
    return cost * 1_000 <= left || (cost > perSecond && left === perSecond * 1_000);
  }

  /** In thousandths. */
  #left(takes: readonly Take[], perSecond: number): number {
    const whole = perSecond * 1_000;
    let left = whole;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const { atMs, cost } of takes) {
      left = Math.min(whole, left + (atMs - lastMs) * perSecond) - cost * 1_000;
      lastMs = atMs;
    }
    return Math.min(whole, left + (this.nowMs - lastMs) * perSecond);
  }

  /** A shard that gave more than it had gives nothing until all of that is paid off. */
  #readsAgain({ reads: { bytes } }: NaiveShard): boolean {
    const perSecond = LIMITS.readBytesPerSecond;
    const whole = perSecond * 1_000;
    let left = whole;
    let lastMs = Number.NEGATIVE_INFINITY;
    let inDebt = false;
    for (const { atMs, cost } of [...bytes, { atMs: this.nowMs, cost: 0 }]) {
      left = Math.min(whole, left + (atMs - lastMs) * perSecond);
      if (left === whole) inDebt = false;
      left -= cost * 1_000;
      if (left < 0) inDebt = true;
      lastMs = atMs;
    }
    return !inDebt && left > 0;
  }
}

function isOpen({ closedAtMs }: NaiveShard): boolean {
  return closedAtMs === Number.POSITIVE_INFINITY;
}
