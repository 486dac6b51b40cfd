// AWS JSON 1.1 with Node's own base64, where the AWS SDK has a loop in JavaScript that is most of what a put costs. Byte for
// byte what the SDK writes.

import { fromBase64, type Shape } from "../cbor/index.ts";

/** Members that the shape doesn't know are left out, as the SDK does. @throws `TypeError` for an invalid Date */
export function writeJson(value: unknown, shape: Shape): string {
  return JSON.stringify(toJson(value, shape));
}

/** Members that are null or unknown are left out. @throws `SyntaxError` for what is no JSON, or data that is no base64 */
export function readJson(bytes: Uint8Array, shape: Shape): unknown {
  const { buffer, byteLength, byteOffset } = bytes;
  return fromJson(JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()), shape);
}

function toJson(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "bytes":
      return typeof value === "string" || value instanceof Uint8Array ? toBase64(value) : value;
    case "timestamp":
      return value instanceof Date ? secondsOf(value) : value;
    case "list":
      return Array.isArray(value) ? value.map((each: unknown) => toJson(each, shape.value) ?? null) : value;
    case "map":
      return mapped(value, shape.value, toJson);
    case "structure":
      return picked(value, shape, toJson);
    case "plain":
      return toPlain(value);
    default:
      return shape satisfies never;
  }
}

/** NaN as JSON.stringify has it is null: a limit that nobody set. The SDK writes its name, which the service refuses. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** @throws `TypeError` */
function secondsOf(date: Date): number {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new TypeError("JSON has no place for an invalid Date");
  return ms / 1_000;
}

function fromJson(value: unknown, shape: Shape): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case "bytes":
      return typeof value === "string" ? bytesOf(value) : value;
    case "timestamp":
      // Whole milliseconds: a double of seconds has a last digit of its own.
      return typeof value === "number" ? new Date(Math.round(value * 1_000)) : value;
    case "list":
      return Array.isArray(value) ? value.map((each: unknown) => fromJson(each, shape.value) ?? null) : value;
    case "map":
      return mapped(value, shape.value, fromJson);
    case "structure":
      return picked(value, shape, fromJson);
    case "plain":
      return value;
    default:
      return shape satisfies never;
  }
}

type Change = (value: unknown, shape: Shape) => unknown;

function picked(value: unknown, { members }: Extract<Shape, { kind: "structure" }>, change: Change): unknown {
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const object = value as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const { name, shape } of members.values()) {
    const changed = change(object[name], shape);
    if (changed !== undefined) result[name] = changed;
  }
  return result;
}

function mapped(value: unknown, shape: Shape, change: Change): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, each]: [string, unknown]) => [name, change(each, shape)] as const);
  // Not by assignment: "__proto__" as a tag's key is a tag.
  return Object.fromEntries(entries.filter(([, changed]) => changed !== undefined));
}

function toBase64(data: string | Uint8Array): string {
  if (typeof data === "string") return Buffer.from(data).toString("base64");
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (!bytes) throw new SyntaxError("data that is no base64");
  return bytes;
}
