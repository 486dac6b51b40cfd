// AWS JSON 1.1 with Node's own base64, where the AWS SDK has a loop in JavaScript that is most of what a put costs.

import type { Shape } from "../cbor/index.ts";

/** Members that the shape doesn't know are left out, as the SDK does. */
export function writeJson(value: unknown, shape: Shape): string {
  return JSON.stringify(toJson(value, shape));
}

/** Members that are null or unknown are left out. @throws `SyntaxError` for what is no JSON */
export function readJson(bytes: Uint8Array, shape: Shape): unknown {
  const { buffer, byteLength, byteOffset } = bytes;
  return fromJson(JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()), shape);
}

function toJson(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "bytes":
      return typeof value === "string" || value instanceof Uint8Array ? base64(value) : value;
    case "timestamp":
      return value instanceof Date ? value.getTime() / 1_000 : value;
    case "list":
      return Array.isArray(value) ? value.map((each: unknown) => toJson(each, shape.value) ?? null) : value;
    case "map":
      return mapped(value as object, () => shape.value, toJson);
    case "structure":
      return mapped(value as object, (name) => shape.members.get(name)?.shape, toJson);
    case "plain":
      return typeof value === "bigint" ? Number(value) : value;
    default:
      return shape satisfies never;
  }
}

function fromJson(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "bytes":
      return typeof value === "string" ? fromBase64(value) : value;
    case "timestamp":
      // Whole milliseconds: a double of seconds has a last digit of its own.
      return typeof value === "number" ? new Date(Math.round(value * 1_000)) : value;
    case "list":
      return Array.isArray(value) ? value.map((each: unknown) => fromJson(each, shape.value)) : value;
    case "map":
      return mapped(value as object, () => shape.value, fromJson);
    case "structure":
      return mapped(value as object, (name) => shape.members.get(name)?.shape, fromJson);
    case "plain":
      return value;
    default:
      return shape satisfies never;
  }
}

function mapped(
  object: object,
  shapeOf: (name: string) => Shape | undefined,
  change: (value: unknown, shape: Shape) => unknown,
): unknown {
  if (typeof object !== "object" || Array.isArray(object)) return object;
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const shape = shapeOf(name);
    const changed = shape && change(value, shape);
    if (changed !== undefined) result[name] = changed;
  }
  return result;
}

function base64(data: string | Uint8Array): string {
  if (typeof data === "string") return Buffer.from(data).toString("base64");
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  const { buffer, byteLength, byteOffset } = Buffer.from(text, "base64");
  return new Uint8Array(buffer, byteOffset, byteLength);
}
