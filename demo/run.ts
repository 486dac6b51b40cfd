// The main job: records packed per predicted shard, put, a shard split half-way, all read back, unpacked and judged.

import { setTimeout as sleep } from "node:timers/promises";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { aggregate, ShardMap } from "../src/codec/index.ts";
import type { Input, SentRecord } from "./input.ts";
import type { Place } from "./place.ts";
import { type Produced, produce } from "./produce.ts";
import type { Progress } from "./progress.ts";
import { readBack } from "./read-back.ts";
import { figuresOf, type Report } from "./report.ts";
import { type Split, splitBusiest } from "./split.ts";
import { listShards, type Stream } from "./stream.ts";
import { count, number, seconds, shardTable, shortShard } from "./text.ts";
import { judge } from "./verdict.ts";

export interface RunOptions {
  readonly input: Input;
  readonly place: Place;
  /** Half-way. */
  readonly split: boolean;
  readonly progress: Progress;
}

export async function run({ input, place, progress, split: splits }: RunOptions): Promise<Report> {
  const { retrieval, shared, stream, where } = place;
  const { records } = input;
  const begunAt = new Date();
  const startedAt = performance.now();
  const before = ShardMap.from(await listShards(stream));
  const partitionKeys = new Set(records.map(({ partitionKey }) => partitionKey)).size;
  for (const line of headLines(input, place, before, partitionKeys)) progress.line(line);

  let steps = 0;
  const step = (title: string) => progress.line(`  ${++steps}. ${title}`);
  const half = splits ? Math.ceil(records.length / 2) : records.length;
  const [firstHalf, secondHalf] = [records.slice(0, half), records.slice(half)];

  step(`Pack and put ${splits ? "the first " : ""}${count(half, "user record")}`);
  const puts = [await packAndPut(stream, progress, firstHalf, before)];
  let split: Split | undefined;
  if (splits) {
    step("Split the shard with the most user records");
    const splitAt = performance.now();
    const done = await splitBusiest(stream, before, puts.flatMap(storedOf), secondHalf);
    split = done.split;
    for (const line of splitLines(split, secondHalf.length, performance.now() - splitAt)) progress.line(`     ${line}`);
    step(`Pack by the new shard map and put the other ${number(secondHalf.length)}`);
    puts.push(await packAndPut(stream, progress, secondHalf, done.after));
  }
  const readAt = performance.now();

  const readBy = retrieval === "polling" ? "polling" : "enhanced fan-out";
  step(`Read every shard by ${readBy}, parents before children, and unpack by the KCL's rules`);
  const back = await progress.during("read", records.length, (advance) =>
    readBack(stream, { retrieval, shared, begunAt, stored: puts.flatMap(storedOf), onRead: advance }),
  );
  const doneAt = performance.now();
  for (const line of shardTable(back.shards)) progress.line(`     ${line}`);

  return {
    ...figuresOf({ sent: records, puts, back, verdict: judge(records, back.records) }),
    input: { source: input.source, key: input.key, partitionKeys },
    stream: { name: stream.name, where, shards: back.shards.map(({ hashKeyRange: _, ...shard }) => shard) },
    readBy,
    split,
    ms: { put: readAt - startedAt, read: doneAt - readAt, total: doneAt - startedAt },
  };
}

async function packAndPut(
  { kinesis, name, signal }: Stream,
  progress: Progress,
  records: readonly SentRecord[],
  shardMap: ShardMap,
): Promise<Produced> {
  const startedAt = performance.now();
  const produced = await progress.during("put", records.length, (advance) =>
    produce(aggregate(records, { groupBy: shardMap }), {
      shardMap,
      put: (Records) => kinesis.send(new PutRecordsCommand({ StreamName: name, Records }), { abortSignal: signal }),
      sleep: (ms) => sleep(ms, undefined, { signal }),
      random: Math.random,
      onStored: ({ userRecordCount }) => advance(userRecordCount),
    }),
  );
  const { calls, resent, resentUserRecords, stored } = produced;
  const again = resent === 0 ? "none resent" : `${number(resent)} resent (${count(resentUserRecords, "user record")})`;
  const took = seconds(performance.now() - startedAt);
  progress.line(
    `     ${count(stored.length, "Kinesis record")} in ${count(calls, "PutRecords call")}, ${again}; ${took}`,
  );
  return produced;
}

function storedOf({ stored }: Produced): Produced["stored"] {
  return stored;
}

function headLines(
  { hasMore, key, records, source }: Input,
  { stream, where }: Place,
  { shards }: ShardMap,
  keys: number,
): string[] {
  const limited = hasMore ? ", the first of more (--records)" : "";
  return [
    `  Kinesis   ${where}`,
    `  Stream    ${stream.name}, ${count(shards.length, "shard")}`,
    `  Input     ${source}`,
    `            ${count(records.length, "user record")}${limited}; partition key: ${key}, ${count(keys, "value")}`,
    "",
  ];
}

function splitLines({ children, lostWithStaleShardMap, parent }: Split, toCome: number, ms: number): string[] {
  const { aggregates, userRecords } = lostWithStaleShardMap;
  const lines = [
    `${shortShard(parent)} is closed: what it holds stays readable; new records go to its children, ` +
      `${children.map(shortShard).join(" and ")}; ${seconds(ms)}`,
  ];
  if (userRecords === 0) return lines;
  return [
    ...lines,
    `With the shard map from before, ${count(aggregates, "aggregate")} to come would mix keys of both children,`,
    `and a KCL would drop ${number(userRecords)} of the next ${count(toCome, "user record")}. So it is loaded again.`,
  ];
}
