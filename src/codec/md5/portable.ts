// MD5 (RFC 1321) in plain TypeScript: for browsers, for Node in FIPS mode, whose OpenSSL refuses it, and for anything
// of one block, where a call into OpenSSL costs more than the block.

import type { DigestEngine } from "./engine.ts";

// RFC 1321, 3.4: the integer part of 4294967296 * abs(sin(i)), i in radians.
const SINES = new Int32Array(64);
for (let i = 0; i < 64; i++) SINES[i] = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);

const INITIAL_STATE = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

const state = new Int32Array(4);
const words = new Int32Array(16);
const tail = new Uint8Array(128);

export const portable: DigestEngine = {
  name: "portable",
  digest(bytes, start, end, into, at) {
    state.set(INITIAL_STATE);
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

function addBlock(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) {
    words[i] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24); // 64 bytes
  }
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] =
      round === 0
        ? [d ^ (b & (c ^ d)), i]
        : round === 1
          ? [c ^ (d & (b ^ c)), 5 * i + 1]
          : round === 2
            ? [b ^ c ^ d, 3 * i + 5]
            : [c ^ (b | ~d), 7 * i];
    const sum = (a + mixed + SINES[i]! + words[word & 15]!) | 0; // below 64, below 16
    const shift = SHIFTS[(round << 2) | (i & 3)]!; // below 16
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
}
