// One message at a time, by the fastest engine for that.

import type { DigestEngine } from "./engine.ts";
import { nativeEngine } from "./native.ts";
import { portable } from "./portable.ts";

export const DIGEST_LENGTH = 16;

let chosen: DigestEngine | undefined;
let isForced = false;
const computed = new Uint8Array(DIGEST_LENGTH);

/** Overrides the choice, for tests and benchmarks; `undefined` chooses anew. */
export function useDigestEngine(engine: DigestEngine | undefined): void {
  chosen = engine;
  isForced = engine !== undefined;
}

export function forcedEngine(): DigestEngine | undefined {
  return isForced ? chosen : undefined;
}

/** Writes the 16 bytes of MD5(bytes[start, end)) to `into` at `at`. */
export function digest(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  // Chosen on first use: loading the codec touches nothing of the platform.
  chosen ??= nativeEngine() ?? portable;
  chosen.digest(bytes, start, end, into, at);
}

/** Whether the 16 bytes at `end` are the MD5 of bytes[start, end). */
export function digestFollows(bytes: Uint8Array, start: number, end: number): boolean {
  digest(bytes, start, end, computed, 0);
  for (let i = 0; i < DIGEST_LENGTH; i++) if (bytes[end + i] !== computed[i]) return false;
  return true;
}
