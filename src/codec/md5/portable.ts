// MD5 (RFC 1321) in plain TypeScript: for browsers, for Node in FIPS mode, whose OpenSSL refuses it, and for anything
// of one block, where a call into OpenSSL costs more than the block.

import type { DigestEngine } from "./engine.ts";

// RFC 1321, 3.4: the integer part of 4294967296 * abs(sin(i)), i in radians.
const SINES = new Int32Array(64);
for (let i = 0; i < 64; i++) SINES[i] = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);

const state = new Int32Array(4);
const words = new Int32Array(16);
const tail = new Uint8Array(128);

export const portable: DigestEngine = {
  name: "portable",
  digest(bytes, start, end, into, at) {
    state[0] = 0x67452301;
    state[1] = 0xefcdab89;
    state[2] = 0x98badcfe;
    state[3] = 0x10325476;
    let block = start;
    for (; block + 64 <= end; block += 64) addBlock(bytes, block);
    const rest = end - block;
    for (let i = 0; i < rest; i++) tail[i] = bytes[block + i]!; // block + i < end
    tail[rest] = 0x80;
    const length = rest < 56 ? 64 : 128;
    tail.fill(0, rest + 1, length);
    // The length in bits: of 64, 2^53 bytes need 56.
    let bits = (end - start) * 8;
    for (let i = length - 8; bits > 0; i++, bits = Math.floor(bits / 256)) tail[i] = bits & 0xff;
    addBlock(tail, 0);
    if (length > 64) addBlock(tail, 64);
    for (let i = 0; i < 16; i++) into[at + i] = state[i >> 2]! >> ((i & 3) * 8); // i >> 2 < 4
  },
};

/* biome-ignore-start lint/style/noNonNullAssertion: every index is masked to the array's length */
function addBlock(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) {
    words[i] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let sum = 0;
  // Four steps a turn, so that a, b, c and d change roles without being moved.
  for (let i = 0; i < 16; i += 4) {
    sum = (a + (d ^ (b & (c ^ d))) + SINES[i]! + words[i]!) | 0;
    a = (b + ((sum << 7) | (sum >>> 25))) | 0;
    sum = (d + (c ^ (a & (b ^ c))) + SINES[i + 1]! + words[i + 1]!) | 0;
    d = (a + ((sum << 12) | (sum >>> 20))) | 0;
    sum = (c + (b ^ (d & (a ^ b))) + SINES[i + 2]! + words[i + 2]!) | 0;
    c = (d + ((sum << 17) | (sum >>> 15))) | 0;
    sum = (b + (a ^ (c & (d ^ a))) + SINES[i + 3]! + words[i + 3]!) | 0;
    b = (c + ((sum << 22) | (sum >>> 10))) | 0;
  }
  for (let i = 16; i < 32; i += 4) {
    sum = (a + (c ^ (d & (b ^ c))) + SINES[i]! + words[(5 * i + 1) & 15]!) | 0;
    a = (b + ((sum << 5) | (sum >>> 27))) | 0;
    sum = (d + (b ^ (c & (a ^ b))) + SINES[i + 1]! + words[(5 * i + 6) & 15]!) | 0;
    d = (a + ((sum << 9) | (sum >>> 23))) | 0;
    sum = (c + (a ^ (b & (d ^ a))) + SINES[i + 2]! + words[(5 * i + 11) & 15]!) | 0;
    c = (d + ((sum << 14) | (sum >>> 18))) | 0;
    sum = (b + (d ^ (a & (c ^ d))) + SINES[i + 3]! + words[(5 * i) & 15]!) | 0;
    b = (c + ((sum << 20) | (sum >>> 12))) | 0;
  }
  for (let i = 32; i < 48; i += 4) {
    sum = (a + (b ^ c ^ d) + SINES[i]! + words[(3 * i + 5) & 15]!) | 0;
    a = (b + ((sum << 4) | (sum >>> 28))) | 0;
    sum = (d + (a ^ b ^ c) + SINES[i + 1]! + words[(3 * i + 8) & 15]!) | 0;
    d = (a + ((sum << 11) | (sum >>> 21))) | 0;
    sum = (c + (d ^ a ^ b) + SINES[i + 2]! + words[(3 * i + 11) & 15]!) | 0;
    c = (d + ((sum << 16) | (sum >>> 16))) | 0;
    sum = (b + (c ^ d ^ a) + SINES[i + 3]! + words[(3 * i + 14) & 15]!) | 0;
    b = (c + ((sum << 23) | (sum >>> 9))) | 0;
  }
  for (let i = 48; i < 64; i += 4) {
    sum = (a + (c ^ (b | ~d)) + SINES[i]! + words[(7 * i) & 15]!) | 0;
    a = (b + ((sum << 6) | (sum >>> 26))) | 0;
    sum = (d + (b ^ (a | ~c)) + SINES[i + 1]! + words[(7 * i + 7) & 15]!) | 0;
    d = (a + ((sum << 10) | (sum >>> 22))) | 0;
    sum = (c + (a ^ (d | ~b)) + SINES[i + 2]! + words[(7 * i + 14) & 15]!) | 0;
    c = (d + ((sum << 15) | (sum >>> 17))) | 0;
    sum = (b + (d ^ (c | ~a)) + SINES[i + 3]! + words[(7 * i + 5) & 15]!) | 0;
    b = (c + ((sum << 21) | (sum >>> 11))) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}
/* biome-ignore-end lint/style/noNonNullAssertion: every index is masked to the array's length */
