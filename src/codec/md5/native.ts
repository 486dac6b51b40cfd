// MD5 by the platform's OpenSSL. No import of a Node module: a bundle for a browser or an edge runtime must not meet one.

import { platform } from "../platform.ts";
import type { DigestEngine } from "./engine.ts";
import { portable } from "./portable.ts";

interface NodeCrypto {
  /** Node >= 20.12. Text of one character a byte is its fastest result: a Buffer costs an allocation more. */
  hash(algorithm: "md5", bytes: Uint8Array, encoding: "latin1"): string;
}

/** One block with its padding: up to here a call into OpenSSL costs more than the digest. */
const ONE_BLOCK = 55;

/** `undefined` where there is no Node crypto, or one that refuses MD5 (FIPS mode). */
export function nativeEngine(): DigestEngine | undefined {
  try {
    const crypto = platform.process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
    if (crypto?.hash("md5", new Uint8Array(0), "latin1").length !== 16) return undefined;
    return {
      name: "native",
      digest(bytes, start, end, into, at) {
        if (end - start <= ONE_BLOCK) return portable.digest(bytes, start, end, into, at);
        const text = crypto.hash("md5", bytes.subarray(start, end), "latin1");
        for (let i = 0; i < 16; i++) into[at + i] = text.charCodeAt(i);
      },
    };
  } catch {
    return undefined; // the probe's whole answer: this crypto will not do, the portable engine will
  }
}
