// Sequence numbers as the service's look since 2014: 186 bits in 56 decimal digits, made of when the shard was created,
// a counter, the time of the record, and the shard. So they grow within a shard, a child's are larger than its
// parents', and a number tells where it belongs.
//
//   bits 184 up  2        what kind of number
//   148 .. 183   seconds  the shard's creation
//   144 .. 147            the shard's index, its last four bits
//    80 .. 143   counter  0 at the shard's start, then from 1; 2^63 - 1 at its end
//    72 ..  79   0
//    36 ..  71   seconds  the record's arrival
//     4 ..  35            the shard's index
//     0 ..   3   2        the version

const KIND = 2n << 184n;
const VERSION = 2n;
const COUNTER_SHIFT = 80n;
const LAST_COUNTER = 2n ** 63n - 1n;
const SECONDS_36 = 2n ** 36n - 1n;

export interface SequenceNumberParts {
  readonly shardCreatedAtSeconds: number;
  readonly shardIndex: number;
  /** 0: the shard's start; n: its n-th record, or right after it; Infinity: its end. */
  readonly counter: number;
}

/** Makes the sequence numbers of one shard. */
export class SequenceNumbers {
  readonly #shard: bigint;
  readonly shardCreatedAtSeconds: number;
  #seconds = -1;
  /** Of this second: all but the counter. */
  #base = 0n;

  constructor(shardIndex: number, shardCreatedAtSeconds: number) {
    const index = BigInt(shardIndex);
    this.shardCreatedAtSeconds = shardCreatedAtSeconds;
    this.#shard = KIND | (BigInt(shardCreatedAtSeconds) << 148n) | ((index & 15n) << 144n) | (index << 4n) | VERSION;
  }

  /** `counter` is the number of records so far, this one included. */
  at(counter: number, atMs: number): string {
    return (this.#baseOf(atMs) | (BigInt(counter) << COUNTER_SHIFT)).toString();
  }

  start(): string {
    return this.at(0, this.shardCreatedAtSeconds * 1_000);
  }

  end(atMs: number): string {
    return (this.#baseOf(atMs) | (LAST_COUNTER << COUNTER_SHIFT)).toString();
  }

  #baseOf(atMs: number): bigint {
    const seconds = Math.floor(atMs / 1_000);
    if (seconds !== this.#seconds) {
      this.#seconds = seconds;
      this.#base = this.#shard | ((BigInt(seconds) & SECONDS_36) << 36n);
    }
    return this.#base;
  }
}

/** Undefined for a number that no shard ever gave out. */
export function readSequenceNumber(text: string): SequenceNumberParts | undefined {
  const value = BigInt(text);
  if (value >> 184n !== 2n || (value & 15n) !== VERSION) return undefined;
  const counter = (value >> COUNTER_SHIFT) & (2n ** 64n - 1n);
  if (counter > LAST_COUNTER) return undefined;
  const shardIndex = (value >> 4n) & (2n ** 32n - 1n);
  if ((shardIndex & 15n) !== ((value >> 144n) & 15n)) return undefined;
  return {
    shardCreatedAtSeconds: Number((value >> 148n) & SECONDS_36),
    shardIndex: Number(shardIndex),
    counter: counter === LAST_COUNTER ? Number.POSITIVE_INFINITY : Number(counter),
  };
}
