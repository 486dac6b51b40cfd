// What happened, one line an event. It holds nothing of this machine, this process or this day, so that two runs of a seed
// can be compared byte for byte.

import { createHash } from "node:crypto";

export class History {
  readonly #lines: string[] = [];

  /** `atMs`: since the beginning. */
  add(atMs: number, who: string, what: string): void {
    this.#lines.push(`${(atMs / 1_000).toFixed(3).padStart(9)} ${who.padEnd(12)} ${what}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  get sha256(): string {
    return createHash("sha256").update(this.toString()).digest("hex");
  }
}
