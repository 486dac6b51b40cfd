// Random numbers that a seed repeats on every machine: sfc32, as PractRand has it. Integers of 32 bits only, so no engine
// rounds them its own way.

import { InvalidOptionError } from "../../codec/index.ts";

/**
 * Numbers from 0 up to, not including, 1.
 * @param seed an integer from 0 to 2^53 - 1
 * @param stream tells apart those who share a seed, so that one drawing more often moves no other
 * @throws `KPL_KIT_INVALID_OPTION`
 */
export function seededRandom(seed: number, stream = 0): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InvalidOptionError("seed", seed, `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  let a = stream | 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // Seeds that differ in a bit begin alike; PractRand throws the same number away.
  for (let round = 0; round < 12; round++) next();
  return next;
}
