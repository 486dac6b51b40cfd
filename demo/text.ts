// How numbers and shards read on a terminal.

import type { ReadShard } from "./tally.ts";

export function number(value: number): string {
  return value.toLocaleString("en");
}

export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** "shardId-000000000002" tells little more than "shard 2". */
export function shortShard(shardId: string): string {
  const digits = /^shardId-0*(\d+)$/.exec(shardId)?.[1];
  return digits === undefined ? shardId : `shard ${digits}`;
}

const HASH_KEYS = 2n ** 128n;

/** The shards as lines of a table. */
export function shardTable(shards: readonly ReadShard[]): string[] {
  const rows = shards.map(({ closed, hashKeyRange, kinesisRecords, parents, shardId, userRecords }) => [
    shortShard(shardId),
    parents.length === 0 ? "" : `child of ${parents.map(shortShard).join(" and ")}`,
    closed ? "closed" : "open",
    `${place(hashKeyRange.start)}-${place(hashKeyRange.end + 1n)} % of the hash keys`,
    `${number(kinesisRecords)} Kinesis`,
    `${count(userRecords, "user record")}`,
  ]);
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column >= 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .filter((_, column) => (widths[column] ?? 0) > 0)
      .join("  "),
  );
}

function place(hashKey: bigint): string {
  return String(Math.round(Number((hashKey * 10_000n) / HASH_KEYS) / 10) / 10);
}
