// Real input as user records: the flights of vega-datasets, a file of NDJSON, or standard input.

import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { addAbortSignal } from "node:stream";
import { Aggregator, KplKitError } from "../src/codec/index.ts";
import { DemoError } from "./errors.ts";

/** What the demo sends and, a key and a data at a time, expects back. */
export interface SentRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

export interface Input {
  /** For people. */
  readonly source: string;
  readonly key: string;
  readonly records: readonly SentRecord[];
  /** The limit cut it off. */
  readonly hasMore: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export async function flights(key: string, limit: number): Promise<Input> {
  const require = createRequire(import.meta.url);
  const path = join(dirname(require.resolve("vega-datasets")), "..", "data", "flights-10k.json");
  const rows = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>[];
  const records = rows.slice(0, limit).map((row, index) => ({
    partitionKey: keyOf(row, key, `flight ${index + 1}`),
    data: Buffer.from(JSON.stringify(row)),
  }));
  return {
    source: "flights within the USA, early 2001 (vega-datasets, flights-10k.json)",
    key,
    records,
    hasMore: rows.length > limit,
  };
}

export async function ndjsonFile(path: string, key: string, limit: number): Promise<Input> {
  return { source: path, ...(await ndjson(await chunksOf(path), path, key, limit)) };
}

export async function ndjsonStdin(key: string, limit: number, signal: AbortSignal): Promise<Input> {
  const stdin = addAbortSignal(signal, process.stdin);
  return { source: "standard input", ...(await ndjson(stdin, "standard input", key, limit)) };
}

async function chunksOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const file = await open(path);
    const isFile = (await file.stat()).isDirectory() === false;
    await file.close();
    if (isFile) return createReadStream(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DemoError("KPL_KIT_DEMO_FILE_NOT_FOUND", `can't read ${path} (${code})`, { cause });
  }
  throw new DemoError("KPL_KIT_DEMO_FILE_NOT_FOUND", `${path} is a folder`);
}

async function ndjson(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  key: string,
  limit: number,
): Promise<Omit<Input, "source">> {
  const records: SentRecord[] = [];
  // The codec itself says whether a record may be put, so that the line can be named.
  const probe = new Aggregator();
  let lineNumber = 0;
  for await (const line of lines(chunks)) {
    lineNumber++;
    if (line.length === 0) continue;
    if (records.length === limit) return { key, records, hasMore: true };
    const where = `${name}, line ${lineNumber}`;
    const record = { partitionKey: keyOf(parsed(line, where), key, where), data: line };
    try {
      probe.add(record);
    } catch (cause) {
      if (!(cause instanceof KplKitError)) throw cause;
      throw new DemoError("KPL_KIT_DEMO_BAD_RECORD", `${where}: ${cause.message} (${cause.code})`, { cause });
    }
    records.push(record);
  }
  if (records.length === 0) throw new DemoError("KPL_KIT_DEMO_NO_INPUT", `${name} has no records`);
  return { key, records, hasMore: false };
}

/** By bytes, not by text: what is put is what stood in the file. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield withoutReturn(Buffer.concat([...pending, chunk.subarray(start, end)]));
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  if (pending.length > 0) yield withoutReturn(Buffer.concat(pending));
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}

function parsed(line: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch (cause) {
    throw new DemoError("KPL_KIT_DEMO_NOT_NDJSON", `${where} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function keyOf(row: unknown, key: string, where: string): string {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new DemoError("KPL_KIT_DEMO_NOT_NDJSON", `${where} is JSON, but no object`);
  }
  const value: unknown = Object.hasOwn(row, key) ? (row as Record<string, unknown>)[key] : undefined;
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const found =
    value === undefined
      ? `its fields are ${Object.keys(row).join(", ") || "none"}`
      : `its value is ${JSON.stringify(value)}`;
  throw new DemoError("KPL_KIT_DEMO_KEY_MISSING", `${where} has no text or number in the field "${key}"; ${found}`);
}
