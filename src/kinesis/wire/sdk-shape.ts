// The AWS SDK's schemas as CBOR has to know them. A schema of the SDK is data: a number for what is simple, an array for
// what holds others, [kind, namespace, name, traits, ...], a function for one that is defined further down in its file.

import { type Member, type Shape, textBytes } from "../cbor/index.ts";

const LIST = 1;
const MAP = 2;
const STRUCTURES: readonly unknown[] = [3, 4, -3];
const BLOBS: readonly number[] = [21, 42];
const TIMESTAMPS: readonly number[] = [4, 5, 6, 7];
const LIST_MODIFIER = 64;
const MAP_MODIFIER = 128;

export const PLAIN: Shape = { kind: "plain" };
const BYTES: Shape = { kind: "bytes" };
const TIMESTAMP: Shape = { kind: "timestamp" };

const known = new WeakMap<object, Shape>();

/** Undefined where the SDK asks for whatever is there: an error, before its name is known. */
export function shapeOf(schema: unknown): Shape | undefined {
  const shape = read(schema);
  return shape.kind === "plain" ? undefined : shape;
}

function read(given: unknown): Shape {
  const schema = given as Schema;
  if (typeof schema === "number") return readNumber(schema);
  if (typeof schema === "function") return read(schema());
  if (typeof schema !== "object" || schema === null) return PLAIN;
  const cached = known.get(schema);
  if (cached) return cached;
  if (!Array.isArray(schema)) return "getSchema" in schema ? read(schema.getSchema()) : PLAIN;
  const [kind, namespace] = schema as readonly unknown[];
  // A member with traits: [its schema, the traits].
  if (typeof namespace !== "string") return read(kind);
  if (kind === LIST) return remember(schema, { kind: "list", value: read(schema[4]) });
  if (kind === MAP) return remember(schema, { kind: "map", value: read(schema[5]) });
  if (!STRUCTURES.includes(kind)) return PLAIN;
  const members = new Map<string, Member>();
  const shape = remember(schema, { kind: "structure", members });
  const names = schema[4] as readonly string[];
  const schemas = schema[5] as readonly unknown[];
  for (const [index, name] of names.entries()) {
    members.set(name, { name, key: textBytes(name), shape: read(schemas[index]) });
  }
  return shape;
}

type Schema = number | (() => unknown) | readonly unknown[] | { getSchema(): unknown } | null | undefined;

function readNumber(schema: number): Shape {
  if (BLOBS.includes(schema)) return BYTES;
  if (TIMESTAMPS.includes(schema)) return TIMESTAMP;
  if (schema & MAP_MODIFIER) return { kind: "map", value: readNumber(schema & ~MAP_MODIFIER) };
  if (schema & LIST_MODIFIER) return { kind: "list", value: readNumber(schema & ~LIST_MODIFIER) };
  return PLAIN;
}

function remember(schema: object, shape: Shape): Shape {
  known.set(schema, shape);
  return shape;
}
