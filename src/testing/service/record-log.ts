// The records of one shard, in order. A record is known by its place, counted from the shard's first one for ever.

export interface StoredRecord {
  readonly sequenceNumber: string;
  /** Empty if there was none: a stream that distributes its records itself (AUTO) needs none. */
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
  /** Data and partition key, as the limits count them. */
  readonly size: number;
  readonly arrivedAtMs: number;
  readonly encryptionType: "KMS" | undefined;
}

/** How far a stream has trimmed its shards. */
export interface TrimHorizon {
  /** What arrived before can no longer be read. It only grows: what was trimmed stays trimmed. */
  readonly beforeMs: number;
}

export class RecordLog {
  readonly #records: StoredRecord[] = [];
  readonly #trimmed: TrimHorizon;
  #horizon = 0;

  constructor(trimmed: TrimHorizon) {
    this.#trimmed = trimmed;
  }

  /** Place of the oldest record that can still be read. Looked for here alone: a call costs the same on 1,000 shards. */
  get horizon(): number {
    const { beforeMs } = this.#trimmed;
    while (this.#horizon < this.end && this.#records[this.#horizon]!.arrivedAtMs < beforeMs) this.#horizon++; // < end
    return this.#horizon;
  }

  /** Place of the record that comes next. */
  get end(): number {
    return this.#records.length;
  }

  /** Trimmed ones too. */
  get all(): readonly StoredRecord[] {
    return this.#records;
  }

  at(place: number): StoredRecord | undefined {
    return this.#records[place];
  }

  append(record: StoredRecord): void {
    this.#records.push(record);
  }

  /** Place of the first record that arrived at that moment or later; records arrive in the order of time. */
  firstSince(ms: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#records[middle]!.arrivedAtMs < ms)
        low = middle + 1; // middle < high <= length
      else high = middle;
    }
    return low;
  }
}
