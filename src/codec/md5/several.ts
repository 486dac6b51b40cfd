// Whether several messages are worth the lanes.

import { forcedEngine } from "./digest.ts";
import type { SeveralDigests } from "./engine.ts";
import { lanesEngine } from "./lanes.ts";

/** `undefined` where one message after the other is all that this platform can do. */
export function severalDigests(): SeveralDigests | undefined {
  return (forcedEngine() ?? lanesEngine())?.several;
}

/** The same, for arrays of which none takes a lane longer than all would take `node:crypto`. */
export function severalDigestsOf(arrays: readonly Uint8Array[]): SeveralDigests | undefined {
  let longest = 0;
  let total = 0;
  for (const { length } of arrays) {
    longest = Math.max(longest, length);
    total += length;
  }
  // A lane alone has half the speed of node:crypto.
  return total > 0 && 2 * longest <= total ? severalDigests() : undefined;
}
