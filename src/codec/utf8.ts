// UTF-8 without a detour through the platform for the short texts that partition keys are: a call into it costs more
// than a key of 30 bytes. Longer texts, and decoding anything beyond ASCII, are left to it.

import { platform, type TextDecoderLike, type TextEncoderLike } from "./platform.ts";

/** Characters up to which a loop of our own is faster than a call into the platform. */
const SHORT_TO_WRITE = 128;
const SHORT_TO_READ = 32;

let encoder: TextEncoderLike | undefined;
let decoder: TextDecoderLike | undefined;

/** Writes the text; returns where it ends. The caller has made room for it. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  if (text.length <= SHORT_TO_WRITE) {
    let union = 0;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      union |= unit;
      bytes[at + index] = unit;
    }
    if (union <= 0x7f) return at + text.length;
  }
  encoder ??= new platform.TextEncoder();
  return at + encoder.encodeInto(text, bytes.subarray(at)).written;
}

export function encodeUtf8(text: string): Uint8Array {
  return (encoder ??= new platform.TextEncoder()).encode(text);
}

/** Bytes that are not UTF-8 read as U+FFFD, as in the KCL; a byte order mark is part of a key. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  return (
    (end - start <= SHORT_TO_READ ? readAscii(bytes, start, end) : undefined) ??
    (decoder ??= new platform.TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes.subarray(start, end))
  );
}

/** Sixteen at a time: appending one character after another would build a rope, many times as large as its text. */
function readAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let union = 0;
  for (let at = start; at < end; at++) union |= bytes[at]!; // at < end
  if (union > 0x7f) return undefined;
  const length = end - start;
  const text = sixteenFrom(bytes, start);
  return length > 16 ? text + sixteenFrom(bytes, start + 16).substring(0, length - 16) : text.substring(0, length);
}

/** Whatever they are: what lies behind the text is cut off. */
function sixteenFrom(bytes: Uint8Array, at: number): string {
  // biome-ignore format: a line is what a key of eight is
  return String.fromCharCode(
    bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!,
    bytes[at + 8]!, bytes[at + 9]!, bytes[at + 10]!, bytes[at + 11]!, bytes[at + 12]!, bytes[at + 13]!, bytes[at + 14]!, bytes[at + 15]!,
  );
}
