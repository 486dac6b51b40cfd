// A protobuf message as a tree that can also tell lies: a tag of eleven bytes, a length that is not its content's.

import { varint } from "../oracle/wire.ts";

export interface Field {
  number: bigint;
  wireType: number;
  /** Of a varint. */
  value: bigint;
  /** Of fixed and delimited fields without parts, as they stand. */
  bytes: Uint8Array;
  /** Of messages and groups: what they are made of. */
  parts: Field[] | undefined;
  /** Added to the true length. */
  lengthError: bigint;
  /** Bytes to pad tag, length or value to. */
  tagBytes: number;
  valueBytes: number;
  /** Bits added to the tenth byte of a varint, of which only the lowest counts. */
  excess: number;
}

export function varintNode(number: number, value: bigint): Field {
  return { ...node(number, 0), value };
}

export function bytesNode(number: number, bytes: Uint8Array): Field {
  return { ...node(number, 2), bytes };
}

export function messageNode(number: number, ...parts: Field[]): Field {
  return { ...node(number, 2), parts };
}

export function groupNode(number: number, ...parts: Field[]): Field {
  return { ...node(number, 3), parts };
}

function node(number: number, wireType: number): Field {
  return {
    number: BigInt(number),
    wireType,
    value: 0n,
    bytes: new Uint8Array(),
    parts: undefined,
    lengthError: 0n,
    tagBytes: 0,
    valueBytes: 0,
    excess: 0,
  };
}

export function copyOf(field: Field): Field {
  return { ...field, parts: field.parts?.map(copyOf) };
}

export function write(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  writeFields(fields, bytes);
  return Uint8Array.from(bytes);
}

function writeFields(fields: readonly Field[], into: number[]): void {
  for (const field of fields) writeField(field, into);
}

function writeField(field: Field, into: number[]): void {
  const { number, wireType, tagBytes, valueBytes } = field;
  writeVarint((number << 3n) | BigInt(wireType), tagBytes, into);
  if (wireType === 0) {
    writeVarint(field.value, valueBytes, into);
    if (valueBytes === 10) into.push((into.pop() ?? 0) | field.excess);
    return;
  }
  if (wireType === 3) {
    // Straight through: a group has no length, and nests deep.
    if (field.parts) writeFields(field.parts, into);
    else into.push(...field.bytes);
    writeVarint((number << 3n) | 4n, 0, into);
    return;
  }
  const content = field.parts ? write(field.parts) : field.bytes;
  if (wireType === 2) {
    writeVarint(BigInt(content.length) + field.lengthError, valueBytes, into);
    into.push(...content);
  } else if (wireType === 1 || wireType === 5) {
    const length = wireType === 1 ? 8 : 4;
    for (let i = 0; i < length; i++) into.push(content[i] ?? 0);
  }
}

function writeVarint(value: bigint, paddedTo: number, into: number[]): void {
  if (value < 0n || value > 0x7fn || paddedTo > 1) into.push(...varint(value, paddedTo));
  else into.push(Number(value));
}

export interface Place {
  readonly field: Field;
  /** Its neighbours and itself. */
  readonly among: Field[];
}

/** The fields and all in them. */
export function everyField(fields: Field[], found: Place[] = []): Place[] {
  for (const field of fields) {
    found.push({ field, among: fields });
    if (field.parts) everyField(field.parts, found);
  }
  return found;
}
