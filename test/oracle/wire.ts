// Protobuf written by hand, so that a test can also write what no encoder would.

import { concat, frame, utf8 } from "./frame.ts";

export function varint(value: number | bigint, paddedTo = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  while (bytes.length < paddedTo) bytes.push(0);
  return Uint8Array.from(bytes, (byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

export function tag(number: number, wireType: number): Uint8Array {
  return varint((BigInt(number) << 3n) | BigInt(wireType));
}

export function varintField(number: number, value: number | bigint): Uint8Array {
  return concat(tag(number, 0), varint(value));
}

export function bytesField(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return concat(tag(number, 2), varint(bytes.length), bytes);
}

export function group(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return concat(tag(number, 3), ...contents, tag(number, 4));
}

/** `depth` groups of field 9, one in the other, with nothing in the last. */
export function nestedGroups(depth: number): Uint8Array {
  return new Uint8Array(2 * depth).fill((9 << 3) | 3, 0, depth).fill((9 << 3) | 4, depth);
}

// The fields of the contract, by name.
export const partitionKeyEntry = (key: Uint8Array | string): Uint8Array => bytesField(1, key);
export const hashKeyEntry = (hashKey: Uint8Array | string): Uint8Array => bytesField(2, hashKey);
export const recordEntry = (...fields: readonly Uint8Array[]): Uint8Array => bytesField(3, concat(...fields));
export const keyIndex = (index: number | bigint): Uint8Array => varintField(1, index);
export const hashKeyIndex = (index: number | bigint): Uint8Array => varintField(2, index);
export const data = (bytes: Uint8Array | string): Uint8Array => bytesField(3, bytes);

export function aggregateOf(...fields: readonly Uint8Array[]): Uint8Array {
  return frame(concat(...fields));
}
