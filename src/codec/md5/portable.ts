// MD5 (RFC 1321) in plain TypeScript: for browsers, for Node in FIPS mode, whose OpenSSL refuses it, and for anything
// of one block, where a call into OpenSSL costs more than the block.

import type { DigestEngine } from "./engine.ts";

// RFC 1321, 3.4: the integer part of 4294967296 * abs(sin(i)), i in radians.
export const SINES: Int32Array = new Int32Array(64);
for (let i = 0; i < 64; i++) SINES[i] = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);

export const INITIAL_STATE: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const SHIFTS = Int32Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);

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
  let a = state[0]!; // of 4
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let i = 0;
  let sum = 0;
  let shift = 0;
  // A loop a round: one with the rounds inside takes half as long again. Every index is below its array's length.
  for (; i < 16; i++) {
    sum = (a + (d ^ (b & (c ^ d))) + SINES[i]! + words[i]!) | 0;
    shift = SHIFTS[i & 3]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  for (; i < 32; i++) {
    sum = (a + (c ^ (d & (b ^ c))) + SINES[i]! + words[(5 * i + 1) & 15]!) | 0;
    shift = SHIFTS[4 | (i & 3)]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  for (; i < 48; i++) {
    sum = (a + (b ^ c ^ d) + SINES[i]! + words[(3 * i + 5) & 15]!) | 0;
    shift = SHIFTS[8 | (i & 3)]!;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  for (; i < 64; i++) {
    sum = (a + (c ^ (b | ~d)) + SINES[i]! + words[(7 * i) & 15]!) | 0;
    shift = SHIFTS[12 | (i & 3)]!;
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
