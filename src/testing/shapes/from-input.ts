// What a program hands to the AWS SDK goes over the wire as JSON and arrives as the service reads it. Here the same comes
// out without the way through text: a number as partition key is refused in the service's words, text as data is its
// UTF-8, and bytes are copied, because a caller may use its buffer again as soon as `send` has returned.

import type { ActionName, InputOf } from "../action.ts";
import { readJson } from "./from-json.ts";
import { INPUT_SHAPES } from "./inputs.ts";
import { serializationError } from "./serialization-error.ts";
import type { AnyStructureShape, Shape } from "./shape.ts";

/** @throws `ServiceError` SerializationException */
export function fromInput<Name extends ActionName>(action: Name, input: unknown): InputOf<Name> {
  return takeStructure(INPUT_SHAPES[action], input ?? {}) as InputOf<Name>;
}

/** Undefined for what the SDK leaves out. */
function take(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case "blob":
      if (value instanceof Uint8Array || typeof value === "string") return Buffer.from(value);
      break;
    case "timestamp":
      if (value instanceof Date) return takeDate(value);
      break;
    case "list": {
      if (!Array.isArray(value)) break;
      const { member } = shape;
      return value.map((each: unknown) => take(member, each)).filter(isPresent);
    }
    case "map": {
      if (typeof value !== "object" || Array.isArray(value)) break;
      const taken = Object.entries(value).map(([key, each]): [string, unknown] => [key, take(shape.value, each)]);
      return Object.fromEntries(taken.filter(([, each]) => isPresent(each)));
    }
    case "structure":
      if (typeof value === "object") return takeStructure(shape, value);
      break;
    case "string":
    case "integer":
    case "boolean":
      break;
    default:
      return shape satisfies never;
  }
  return readJson(shape, typeof value === shape.type ? value : asJson(value));
}

function takeStructure(shape: AnyStructureShape, input: object): object {
  const given = input as Readonly<Record<string, unknown>>;
  const value: Record<string, unknown> = {};
  for (const field of shape.fields) {
    const taken = take(field.shape, given[field.name]);
    if (taken !== undefined) value[field.name] = taken;
  }
  return value;
}

/** A date without a time: the SDK writes NaN, which is no JSON. */
function takeDate(date: Date): Date {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw serializationError("NaN can not be converted to milliseconds since epoch");
  return new Date(ms);
}

/** A value as the SDK's JSON has it: NaN as text, a bigint as a number, a function left out, an object by its toJSON. */
function asJson(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}
