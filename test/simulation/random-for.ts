// Dice of its own for everyone who throws any: one more actor, or one more throw of another's, changes nobody's luck.

import { Random } from "../fuzz/random.ts";

export function randomFor(seed: number, name: string): Random {
  // FNV-1a of the name, from a state that the seed decides.
  let hash = Math.imul(seed ^ 0x811c9dc5, 0x01000193);
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  const random = new Random(hash);
  // Neighbouring seeds begin alike.
  for (let i = 0; i < 3; i++) random.int(2);
  return random;
}
