// The run in figures, whether it passed, and how it reads.

import { estimatePacking } from "../src/codec/index.ts";
import type { SentRecord } from "./input.ts";
import type { Produced } from "./produce.ts";
import type { Split } from "./split.ts";
import type { ReadBack, ReadShard } from "./tally.ts";
import { count, number, percent, seconds } from "./text.ts";
import { type Example, isSound, type Verdict } from "./verdict.ts";

export interface Figures {
  readonly ok: boolean;
  readonly userRecords: Omit<Verdict, "partitionKeys" | "examples"> & {
    /** What a KCL would have dropped, and Kinesis records that came back as no sound aggregate. */
    readonly droppedByKcl: number;
    readonly malformed: number;
  };
  readonly kinesisRecords: {
    readonly stored: number;
    readonly userRecordsEach: number;
    readonly resent: number;
    readonly explainedDuplicates: number;
    readonly ofOthers: number;
    readonly notWhereItWasPredicted: number;
  };
  readonly putPayloadUnits: { readonly plain: number; readonly packed: number };
  /** Data and partition keys, as Kinesis counts. */
  readonly bytes: { readonly plain: number; readonly packed: number };
  readonly putRecordsCalls: number;
  readonly examples: readonly Example[];
}

export type ReadingWay = "polling" | "enhanced fan-out";

export interface Report extends Figures {
  readonly input: { readonly source: string; readonly key: string; readonly partitionKeys: number };
  readonly stream: {
    readonly name: string;
    readonly where: string;
    readonly shards: readonly Omit<ReadShard, "hashKeyRange">[];
  };
  readonly readBy: ReadingWay;
  /** Unset where no shard was split. */
  readonly split: Split | undefined;
  readonly ms: { readonly put: number; readonly read: number; readonly total: number };
}

export interface RunResult {
  readonly sent: readonly SentRecord[];
  readonly puts: readonly Produced[];
  readonly back: ReadBack;
  readonly verdict: Verdict;
}

export function figuresOf({ back, puts, sent, verdict }: RunResult): Figures {
  const { examples, partitionKeys: _, ...userRecords } = verdict;
  const stored = puts.flatMap((produced) => produced.stored);
  // Both by one rule: each record as a Kinesis record of its own.
  const plain = asTheyAre(sent);
  const packed = asTheyAre(stored.map(({ entry }) => ({ partitionKey: entry.PartitionKey, data: entry.Data })));
  return {
    ok: isSound(verdict) && back.dropped === 0 && back.malformed === 0,
    userRecords: { ...userRecords, droppedByKcl: back.dropped, malformed: back.malformed },
    kinesisRecords: {
      stored: stored.length,
      userRecordsEach: sent.length / stored.length,
      resent: sum(puts.map(({ resent }) => resent)),
      explainedDuplicates: back.explainedDuplicates,
      ofOthers: back.foreign,
      notWhereItWasPredicted: stored.filter(({ predictedShardId, shardId }) => predictedShardId !== shardId).length,
    },
    putPayloadUnits: { plain: plain.units, packed: packed.units },
    bytes: { plain: plain.bytes, packed: packed.bytes },
    putRecordsCalls: sum(puts.map(({ calls }) => calls)),
    examples,
  };
}

function asTheyAre(records: readonly SentRecord[]): { units: number; bytes: number } {
  return {
    units: estimatePacking(records, { groupBy: "none" }).putPayloadUnits.plain,
    bytes: sum(records.map(({ data, partitionKey }) => data.length + Buffer.byteLength(partitionKey))),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function exitCodeOf({ ok }: Pick<Figures, "ok">): 0 | 1 {
  return ok ? 0 : 1;
}

export function reportLines(report: Report): string[] {
  const { bytes, input, kinesisRecords, ms, putPayloadUnits: units, readBy, userRecords } = report;
  const each = kinesisRecords.userRecordsEach.toFixed(1);
  const growth = bytes.packed - bytes.plain;
  const grown = `${growth < 0 ? "-" : "+"}${percent(Math.abs(growth), bytes.plain)}`;
  const [stored, sent] = [number(kinesisRecords.stored), number(userRecords.sent)];
  const lines = [
    "",
    "  Result",
    row("user records", `${sent} in, ${number(userRecords.received)} out: ${outcome(report)}`),
    row("Kinesis records", `${stored} instead of ${sent}: ${each} user records in each`),
    row(
      "PUT payload units",
      `${number(units.packed)} instead of ${number(units.plain)}: ${percent(units.plain - units.packed, units.plain)} saved`,
    ),
    row("bytes", `${number(bytes.packed)} for ${number(bytes.plain)} of data and keys: ${grown}`),
    row("time", `${seconds(ms.total)} (put and split ${seconds(ms.put)}, read by ${readBy} ${seconds(ms.read)})`),
  ];
  const { explainedDuplicates, notWhereItWasPredicted, ofOthers } = kinesisRecords;
  const notes: [number, string, string][] = [
    [explainedDuplicates, "stored twice", "after an answer that was lost; counted once"],
    [ofOthers, "of others", "of other writers left aside"],
    [notWhereItWasPredicted, "shard map", "landed on another shard than predicted"],
  ];
  for (const [times, name, text] of notes) {
    if (times > 0) lines.push(row(name, `${count(times, "Kinesis record")} ${text}`));
  }
  for (const { data, fault, partitionKey } of report.examples) {
    lines.push(row(fault, `${partitionKey}: ${excerpt(data)}`));
  }
  const keys = count(input.partitionKeys, "partition key");
  const closing = report.ok
    ? `OK: nothing lost, nothing twice, in order for each of ${keys}.`
    : "FAILED: what came back is not what was put.";
  return [...lines, "", `  ${closing}`];
}

function outcome({ ok, userRecords }: Report): string {
  if (ok) return "equal, in order per key";
  const { droppedByKcl, duplicated, malformed, missing, outOfOrder, unknown } = userRecords;
  const faults: [number, string][] = [
    [missing, "missing"],
    [duplicated, "duplicated"],
    [outOfOrder, "out of order"],
    [unknown, "never sent"],
    [droppedByKcl, "dropped by the KCL's range rule"],
    [malformed, "no sound aggregate"],
  ];
  return faults.flatMap(([times, fault]) => (times > 0 ? [`${number(times)} ${fault}`] : [])).join(", ");
}

function row(name: string, value: string): string {
  return `     ${name.padEnd(19)}${value}`;
}

function excerpt(data: Uint8Array): string {
  const text = new TextDecoder().decode(data.subarray(0, 160));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

export function reportJson({ examples, ...report }: Report): string {
  const readable = examples.map(({ data, fault, partitionKey }) => ({ fault, partitionKey, data: excerpt(data) }));
  const ms = { put: Math.round(report.ms.put), read: Math.round(report.ms.read), total: Math.round(report.ms.total) };
  return JSON.stringify({ ...report, ms, examples: readable }, undefined, 2);
}
