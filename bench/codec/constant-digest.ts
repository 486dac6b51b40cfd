// What is left when the digest, which costs everyone the same, is taken out: every side then "computes" these 16 bytes,
// and still writes or compares them.

import crypto from "node:crypto";
import { useDigestEngine } from "../../src/codec/md5/index.ts";

const DIGEST = Buffer.alloc(16, 0x5a);
const DIGEST_TEXT = {
  latin1: DIGEST.toString("latin1"),
  base64: DIGEST.toString("base64"),
  hex: DIGEST.toString("hex"),
};

/** Runs `work` with a constant in place of every side's MD5. */
export function withConstantDigest<Result>(work: () => Result): Result {
  const { createHash, hash } = crypto;
  useDigestEngine({ name: "constant", digest: (_bytes, _start, _end, into, at) => into.set(DIGEST, at) });
  Object.assign(crypto, { createHash: () => CONSTANT_HASH, hash: constantHash });
  try {
    return work();
  } finally {
    Object.assign(crypto, { createHash, hash });
    useDigestEngine(undefined);
  }
}

type Encoding = keyof typeof DIGEST_TEXT;

const CONSTANT_HASH = {
  update: () => CONSTANT_HASH,
  digest: (encoding?: Encoding) => (encoding === undefined ? DIGEST : DIGEST_TEXT[encoding]),
};

function constantHash(_algorithm: string, _bytes: unknown, encoding: Encoding = "hex"): string {
  return DIGEST_TEXT[encoding];
}
