// A run of bytes that grows at its end and keeps its memory for the next aggregate.

import { writeUtf8 } from "./utf8.ts";
import { writeVarint } from "./varint.ts";

const NOTHING = new Uint8Array(0);
const LEAST = 1024;

/** What a section may keep when it is cleared: one record of 10 MiB must not hold 10 MiB for ever. */
const KEPT = 256 * 1024;

export class ByteSection {
  bytes: Uint8Array = NOTHING;
  length = 0;

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(LEAST, needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** A string field: tag, length, UTF-8. */
  appendString(tag: number, text: string, utf8Length: number): void {
    this.reserve(6 + text.length * 3);
    this.bytes[this.length] = tag;
    this.length = writeUtf8(text, this.bytes, writeVarint(utf8Length, this.bytes, this.length + 1));
  }

  copyTo(target: Uint8Array, at: number): number {
    target.set(this.bytes.subarray(0, this.length), at);
    return at + this.length;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT) this.bytes = NOTHING;
  }
}
