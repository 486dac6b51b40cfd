// Buffers for large answers, used again once their reader says that he is done with a page: a fresh one of 2 MB for each page
// makes the garbage collector work as much as everything else together. What is given back is taken away from whoever
// still holds it: a record that was kept by mistake is empty, never another record's bytes.

/** Smaller answers are cheap. */
const LEAST = 65_536;
const MOST_KEPT_BYTES = 64 * 1_048_576;

/** Whose each is that can be given back. */
const owners = new WeakMap<ArrayBufferLike, AnswerBuffers>();

export class AnswerBuffers {
  readonly #free: ArrayBuffer[] = [];
  #freeBytes = 0;

  /** Exactly so large; its content is anything. */
  take(size: number): Buffer {
    // Not from Node's pool: records are views into it, and one that is kept would keep strangers.
    if (size < LEAST) return Buffer.allocUnsafeSlow(size);
    const index = this.#free.findLastIndex(({ byteLength }) => byteLength >= size && byteLength <= 4 * size);
    const buffer = index < 0 ? fresh(Math.ceil(size / LEAST) * LEAST) : this.#taken(index);
    owners.set(buffer, this);
    return Buffer.from(buffer, 0, size);
  }

  giveBack(buffer: ArrayBuffer): void {
    if (!owners.delete(buffer)) return;
    // Where `transfer` is missing, below Node 22, this does the same: the memory moves, and every view of it is empty.
    const [moved] = structuredClone([buffer], { transfer: [buffer] }) as [ArrayBuffer];
    if (this.#freeBytes + moved.byteLength > MOST_KEPT_BYTES) return;
    this.#free.push(moved);
    this.#freeBytes += moved.byteLength;
  }

  /** That wait to be used again. */
  get keptBytes(): number {
    return this.#freeBytes;
  }

  #taken(index: number): ArrayBuffer {
    const [buffer] = this.#free.splice(index, 1) as [ArrayBuffer];
    this.#freeBytes -= buffer.byteLength;
    return buffer;
  }
}

/** A page of GetRecords, or an event of SubscribeToShard. */
export interface RecordsPage {
  readonly Records?: readonly { readonly Data?: Uint8Array | undefined }[] | undefined;
}

/**
 * Gives the memory of a GetRecords page back to the client of `createKinesisClient` that read it; the `Data` of its records
 * is empty afterwards. For a page of any other client, and one that is given back already, it does nothing.
 * @example
 * ```ts
 * const page = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
 * for (const { Data } of page.Records ?? []) total += Data?.length ?? 0;
 * releasePage(page);
 * ```
 */
export function releasePage({ Records: records = [] }: RecordsPage): void {
  // One buffer for all of a page.
  const buffer = records.find(({ Data: data }) => data !== undefined && data.length > 0)?.Data?.buffer;
  if (buffer instanceof ArrayBuffer) owners.get(buffer)?.giveBack(buffer);
}

function fresh(size: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer;
}
