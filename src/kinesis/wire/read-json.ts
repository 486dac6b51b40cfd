// AWS JSON 1.1 with Node's own base64, where the AWS SDK has a loop in JavaScript that is most of what a page costs.

import { fromBase64, type Shape } from "../cbor/index.ts";

/** Members that are null or unknown are left out. @throws `SyntaxError` for what is no JSON, or data that is no base64 */
export function readJson(bytes: Uint8Array, shape: Shape): unknown {
  const { buffer, byteLength, byteOffset } = bytes;
  return fromJson(JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString()), shape);
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
      return mapped(value, shape.value);
    case "structure":
      return picked(value, shape);
    case "plain":
      return value;
    default:
      return shape satisfies never;
  }
}

function picked(value: unknown, { members }: Extract<Shape, { kind: "structure" }>): unknown {
  if (typeof value !== "object" || Array.isArray(value)) return value;
  const object = value as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const { name, shape } of members.values()) {
    const read = fromJson(object[name], shape);
    if (read !== undefined) result[name] = read;
  }
  return result;
}

function mapped(value: unknown, shape: Shape): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(
    ([name, each]: [string, unknown]) => [name, fromJson(each, shape)] as const,
  );
  // Not by assignment: "__proto__" as a tag's key is a tag.
  return Object.fromEntries(entries.filter(([, read]) => read !== undefined));
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (!bytes) throw new SyntaxError("data that is no base64");
  return bytes;
}
