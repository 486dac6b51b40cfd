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
    let index = 0;
    for (; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) break;
      bytes[at + index] = unit;
    }
    if (index === text.length) return at + index;
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

/** Eight at a time: appending one character after another would build a rope that its first use has to flatten. */
function readAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const a = bytes[at]!; // at + 7 < end, here and below
    const b = bytes[at + 1]!;
    const c = bytes[at + 2]!;
    const d = bytes[at + 3]!;
    const e = bytes[at + 4]!;
    const f = bytes[at + 5]!;
    const g = bytes[at + 6]!;
    const h = bytes[at + 7]!;
    if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; at < end; at++) {
    const byte = bytes[at]!; // at < end
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
