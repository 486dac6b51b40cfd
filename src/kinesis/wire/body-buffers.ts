// Buffers for the bodies of requests, used again: a fresh one of 1 MB for each call is two fifths of what a put costs, in
// the garbage collector. One goes back only when the service has answered that the call succeeded: it has then read all of
// the body, and no retry will send it again. After any other end a socket may still hold it, and it is left to the
// collector.

/** Smaller bodies come from Node's pool, or are cheap. */
const LEAST = 65_536;
const MOST_KEPT_BYTES = 64 * 1_048_576;

export class BodyBuffers {
  readonly #free: Buffer[] = [];
  #freeBytes = 0;
  /** Whose body each is. */
  readonly #lent = new WeakMap<object, Buffer>();

  /** At least so large; its content is anything. */
  take(size: number): Buffer {
    if (size < LEAST) return Buffer.allocUnsafe(size);
    // Not one that is far too large: the next large body would then find none.
    const index = this.#free.findIndex(({ length }) => length >= size && length <= 4 * size);
    if (index < 0) return Buffer.allocUnsafeSlow(Math.ceil(size / LEAST) * LEAST);
    const [buffer] = this.#free.splice(index, 1) as [Buffer];
    this.#freeBytes -= buffer.length;
    return buffer;
  }

  /** `body` is the part of `buffer` that is sent. */
  lend(body: Uint8Array, buffer: Buffer): void {
    if (buffer.length >= LEAST) this.#lent.set(body, buffer);
  }

  /** What was not lent, or is back already, is left alone. */
  giveBack(body: unknown): void {
    if (typeof body !== "object" || body === null) return;
    const buffer = this.#lent.get(body);
    if (!buffer || !this.#lent.delete(body)) return;
    if (this.#freeBytes + buffer.length > MOST_KEPT_BYTES) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.length;
  }
}
