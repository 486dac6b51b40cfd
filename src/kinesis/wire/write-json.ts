// AWS JSON 1.1, byte for byte what the SDK writes, straight into the bytes that are sent. Data never stands in a text that
// JSON.stringify looks through for what to escape, nor in one that is measured, hashed and sent as UTF-8: each costs as much
// as the base64 itself, for which the AWS SDK has a loop in JavaScript that is most of what a put costs.

import type { Room, Shape } from "../cbor/index.ts";

/** Members that the shape doesn't know are left out, as the SDK does. @throws `TypeError` for an invalid Date */
export function writeJson(value: unknown, shape: Shape, room: Room = (size) => Buffer.allocUnsafe(size)): Buffer {
  const draft = new Draft();
  write(draft, "", value, shape);
  return draft.bytes(room);
}

/** Below this, to put data among the text costs less than to write it by itself. */
const SMALL = 4_096;

/** Text, and between the texts large data that is to come as base64. */
class Draft {
  readonly #done: (string | Uint8Array)[] = [];
  /** In bytes, at most. */
  #size = 0;
  #text = "";

  text(text: string): void {
    this.#text += text;
    this.#size += 3 * text.length;
  }

  base64(data: Uint8Array): void {
    this.#size += 4 * Math.ceil(data.length / 3);
    if (data.length < SMALL) {
      this.#text += toBase64(data);
    } else {
      this.#done.push(this.#text, data);
      this.#text = "";
    }
  }

  bytes(room: Room): Buffer {
    const bytes = room(this.#size);
    let at = 0;
    for (const part of this.#done) {
      at += typeof part === "string" ? bytes.write(part, at) : bytes.write(toBase64(part), at, "latin1");
    }
    return bytes.subarray(0, at + bytes.write(this.#text, at));
  }
}

/** `before` is written only if there is a value. Returns whether there is. */
function write(draft: Draft, before: string, value: unknown, shape: Shape): boolean {
  if (value === null || value === undefined) return false;
  switch (shape.kind) {
    case "bytes":
      return writeData(draft, before, value);
    case "timestamp":
      return writePlain(draft, before, value instanceof Date ? secondsOf(value) : value);
    case "list":
      return Array.isArray(value) ? writeList(draft, before, value, shape.value) : writePlain(draft, before, value);
    case "map":
      return isObject(value) ? writeMap(draft, before, value, shape) : writePlain(draft, before, value);
    case "structure":
      return isObject(value) ? writeStructure(draft, before, value, shape) : writePlain(draft, before, value);
    case "plain":
      return writePlain(draft, before, plainOf(value));
    default:
      return shape satisfies never;
  }
}

function writePlain(draft: Draft, before: string, value: unknown): boolean {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return false;
  draft.text(before + text);
  return true;
}

/** Data may be given as text: its UTF-8. */
function writeData(draft: Draft, before: string, value: unknown): boolean {
  if (typeof value !== "string" && !(value instanceof Uint8Array)) return writePlain(draft, before, value);
  draft.text(`${before}"`);
  draft.base64(typeof value === "string" ? Buffer.from(value) : value);
  draft.text('"');
  return true;
}

function writeList(draft: Draft, before: string, list: readonly unknown[], shape: Shape): boolean {
  draft.text(`${before}[`);
  for (let index = 0; index < list.length; index++) {
    const comma = index > 0 ? "," : "";
    if (!write(draft, comma, list[index], shape)) draft.text(`${comma}null`);
  }
  draft.text("]");
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && !Array.isArray(value);
}

/** Members in the order of the shape, not in the caller's. */
function writeStructure(
  draft: Draft,
  before: string,
  value: Readonly<Record<string, unknown>>,
  { members }: Extract<Shape, { kind: "structure" }>,
): boolean {
  draft.text(`${before}{`);
  let comma = "";
  for (const { name, shape } of members.values()) {
    // No name of a member has anything to escape.
    if (write(draft, `${comma}"${name}":`, value[name], shape)) comma = ",";
  }
  draft.text("}");
  return true;
}

function writeMap(
  draft: Draft,
  before: string,
  value: Readonly<Record<string, unknown>>,
  { value: shape }: Extract<Shape, { kind: "map" }>,
): boolean {
  draft.text(`${before}{`);
  let comma = "";
  for (const [name, each] of Object.entries(value)) {
    if (write(draft, `${comma}${JSON.stringify(name)}:`, each, shape)) comma = ",";
  }
  draft.text("}");
  return true;
}

/** NaN as JSON.stringify has it is null: a limit that nobody set. The SDK writes its name, which the service refuses. */
function plainOf(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** @throws `TypeError` */
function secondsOf(date: Date): number {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new TypeError("JSON has no place for an invalid Date");
  return ms / 1_000;
}

function toBase64({ buffer, byteLength, byteOffset }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
