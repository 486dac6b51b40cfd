// The floor: nothing but the digest of the same bytes. Nobody who checks one digest at a time gets below it, unless the
// aggregate is so small that the call into OpenSSL costs more than the digest.

import crypto from "node:crypto";
import type { Contender } from "../rounds.ts";

export const FLOOR = "md5 floor";

export function md5Floor(frames: readonly Uint8Array[]): Contender {
  const bodies = frames.map((frame) => frame.subarray(4, frame.length - 16));
  return {
    name: FLOOR,
    run: () => {
      let tally = 0;
      for (const body of bodies) tally += crypto.hash("md5", body).charCodeAt(0);
      return tally;
    },
  };
}
