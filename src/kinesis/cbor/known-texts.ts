// Texts that come again and again, made once.

import { isUtf8 } from "node:buffer";

const SLOTS = 1_024;

export class KnownTexts {
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);
  /** In bytes. What is longer seldom comes again. */
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Undefined: not UTF-8. */
  textOf(bytes: Buffer, from: number, end: number): string | undefined {
    const length = end - from;
    if (length === 0 || length > this.#longest) return textOf(bytes, from, end);
    const slot = (length * 7_919 + bytes[from]! * 31 + bytes[end - 1]! * 131) & (SLOTS - 1); // length > 0
    const known = this.#texts[slot];
    if (known !== undefined && known.length === length) {
      let index = 0;
      while (index < length && known.charCodeAt(index) === bytes[from + index]) index++;
      if (index === length) return known;
    }
    const text = textOf(bytes, from, end);
    // Only what is ASCII: of the others, units and bytes differ in number.
    if (text?.length === length) this.#texts[slot] = text;
    return text;
  }
}

/** Undefined: not UTF-8. With replacement characters, a broken partition key would be another key. */
export function textOf(bytes: Buffer, from = 0, end: number = bytes.length): string | undefined {
  const text = bytes.toString("utf8", from, end);
  return text.includes("\ufffd") && !isUtf8(bytes.subarray(from, end)) ? undefined : text;
}
