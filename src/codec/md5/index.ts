// The digest of the format and of hash keys: MD5, by the fastest engine that this platform has.

export { DIGEST_LENGTH, digest, digestFollows, useDigestEngine } from "./digest.ts";
export { byteOfDigest, type DigestEngine, writeDigest } from "./engine.ts";
export { lanesEngine } from "./lanes.ts";
export { nativeEngine } from "./native.ts";
export { portable } from "./portable.ts";
export { severalDigests, severalDigestsOf } from "./several.ts";
