// From the parsed JSON of a request to what the AWS SDK would have been given. Types only; what a value may be is
// validate's matter.

import type { ActionName, InputOf } from "../action.ts";
import { bytesOfBase64 } from "./base64.ts";
import { INPUT_SHAPES } from "./inputs.ts";
import { notCompound, notConvertible, serializationError } from "./serialization-error.ts";
import type { AnyStructureShape, Shape } from "./shape.ts";

/**
 * Base64 becomes bytes, seconds since 1970 become dates; members that the call doesn't have are left out, and so is null.
 * @throws `ServiceError` SerializationException
 */
export function fromJson<Name extends ActionName>(action: Name, json: unknown): InputOf<Name> {
  // A body that is no object is refused without a word.
  if (typeof json !== "object" || json === null) throw serializationError("");
  return readStructure(INPUT_SHAPES[action], json) as InputOf<Name>;
}

/** Undefined for what counts as absent. */
export function readJson(shape: Shape, json: unknown): unknown {
  if (json === null || json === undefined) return undefined;
  switch (shape.type) {
    case "string":
      if (typeof json === "string") return json;
      throw notConvertible(json, "an String");
    case "integer":
      if (typeof json === "number") return int32Of(json);
      throw notConvertible(json, "an Integer");
    case "boolean":
      return readBoolean(json);
    case "timestamp":
      if (typeof json === "number") return dateOf(json);
      throw notConvertible(json, "milliseconds since epoch");
    case "blob":
      if (typeof json === "string") return bytesOfBase64(json);
      throw notConvertible(json, "a Blob");
    case "list": {
      if (!Array.isArray(json)) throw notCompound(json, "Expected list or null");
      const { member } = shape;
      return json.map((each: unknown) => readJson(member, each));
    }
    case "map": {
      if (typeof json !== "object" || Array.isArray(json)) throw notCompound(json, "Expected map or null");
      const { value } = shape;
      // Not by assignment: "__proto__" is a key like any other.
      return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, readJson(value, each)]));
    }
    case "structure":
      return readStructure(shape, json);
    default:
      return shape satisfies never;
  }
}

function readStructure(shape: AnyStructureShape, json: unknown): object {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw notCompound(json, "Expected null");
  const given = json as Readonly<Record<string, unknown>>;
  const value: Record<string, unknown> = {};
  for (const field of shape.fields) {
    const read = readJson(field.shape, given[field.name]);
    if (read !== undefined) value[field.name] = read;
  }
  return value;
}

function readBoolean(json: unknown): boolean {
  if (typeof json === "boolean") return json;
  if (typeof json !== "string") throw notConvertible(json, "an Boolean");
  const word = json.toUpperCase();
  if (word === "TRUE" || word === "YES" || word === "1") return true;
  if (word === "FALSE" || word === "NO" || word === "0") return false;
  throw serializationError(`'${word}' can not be converted to an Boolean`);
}

/** The service cuts a fraction off and stops at the ends of 32 bits. Adding 0 makes 0 of -0. */
function int32Of(value: number): number {
  return Math.min(Math.max(Math.trunc(value) + 0, -2_147_483_648), 2_147_483_647);
}

const LAST_DATE_MS = 8.64e15;

/** Beyond the last date that JavaScript knows, that date: it is as far from any record. */
function dateOf(seconds: number): Date {
  return new Date(Math.min(Math.max(Math.round(seconds * 1_000), -LAST_DATE_MS), LAST_DATE_MS));
}
