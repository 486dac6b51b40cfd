// UTF-8 without a detour through the platform for the short texts that partition keys are: a call into it costs more
// than a key of 30 bytes. Longer texts, and decoding anything beyond ASCII, are left to it.

import { platform, type TextDecoderLike, type TextEncoderLike } from "./platform.ts";

/** Characters up to which a loop of our own is faster than a call into the platform. */
const SHORT_TO_WRITE = 128;
const SHORT_TO_READ = 32;

let encoder: TextEncoderLike | undefined;
let decoder: TextDecoderLike | undefined;

/** Bytes that the text takes; a lone surrogate takes the three of U+FFFD, which `writeUtf8` puts in its place. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isPair(unit, text, at)) {
      length += 2;
      at++;
    } else length += 2;
  }
  return length;
}

/** Writes the text; returns where it ends. The caller has made room for three bytes a UTF-16 unit. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  const length = text.length;
  if (length > SHORT_TO_WRITE) {
    encoder ??= new platform.TextEncoder();
    return at + encoder.encodeInto(text, bytes.subarray(at)).written;
  }
  for (let index = 0; index < length; index++) {
    let unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6);
    else {
      if (isPair(unit, text, index)) {
        unit = 0x1_0000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++index) & 0x3ff);
        bytes[at++] = 0xf0 | (unit >> 18);
        bytes[at++] = 0x80 | ((unit >> 12) & 0x3f);
      } else {
        if ((unit & 0xf800) === 0xd800) unit = 0xfffd;
        bytes[at++] = 0xe0 | (unit >> 12);
      }
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (unit & 0x3f);
  }
  return at;
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

/** Whether a surrogate pair begins there. */
export function isPair(unit: number, text: string, at: number): boolean {
  return (unit & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}
