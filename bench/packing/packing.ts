// What packing does to a stream: the codec's own estimate, window by window, and what the service asks for it.

import assert from "node:assert/strict";
import {
  aggregate,
  estimatePacking,
  type GroupBy,
  type PackedEntry,
  ShardMap,
  type UserRecordInput,
} from "../../src/codec/index.ts";
import { seededRandom } from "../random.ts";
import { measureInRounds } from "../rounds.ts";
import { spreadOf } from "../spread.ts";
import type { Payloads } from "./payloads.ts";
import type { Prices } from "./prices.ts";

export interface PackingSettings {
  /** User records a second. */
  readonly rate: number;
  /** How long a user record waits for others, as the KPL's RecordMaxBufferedTime. */
  readonly bufferedMs: number;
  readonly maxSize: number;
  readonly groupBy: "shards" | "partitionKey" | "none";
  /** Of the stream; by default as many as the user records need without packing. */
  readonly shards: number | undefined;
  readonly prices: Prices;
}

/** Without packing, and with. */
export interface Compared {
  readonly plain: number;
  readonly packed: number;
}

export interface PackingRow {
  readonly name: string;
  /** Mean bytes of data. */
  readonly meanBytes: number;
  readonly sampledRecords: number;
  readonly shardsGroupedBy: number;
  readonly userRecordsPerAggregate: number;
  readonly overheadPerUserRecord: number;
  /** Data by wire bytes. */
  readonly efficiency: Compared;
  readonly kinesisRecordsPerSecond: Compared;
  readonly putRecordsCallsPerSecond: Compared;
  readonly putPayloadUnitsPerSecond: Compared;
  readonly onDemandGibPerMonth: Compared;
  readonly shardsNeeded: Compared;
  readonly provisionedPerMonth: Compared;
  readonly onDemandPerMonth: Compared;
  readonly encodeNsPerRecord: number;
}

const HOURS_PER_MONTH = 730;
const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;
const SHARD_RECORDS_PER_SECOND = 1_000;
const SHARD_BYTES_PER_SECOND = 2 ** 20;
const ON_DEMAND_STEP = 1_024;
const MOST_BYTES = 10 * 2 ** 20;

export function packingOf({ name, records }: Payloads, settings: PackingSettings): PackingRow {
  const { rate, prices } = settings;
  const plain = plainTotals(records);
  const seconds = records.length / rate;
  const shardsGroupedBy = settings.shards ?? shardsFor(records.length / seconds, plain.wireBytes / seconds);
  const options = {
    maxSize: settings.maxSize,
    maxRecordSize: MOST_BYTES,
    groupBy: groupByOf(settings.groupBy, shardsGroupedBy),
  };
  const windows = windowsOf(records, settings);
  const packed = packedTotals(windows, options);

  const perSecond = (total: Compared): Compared => ({ plain: total.plain / seconds, packed: total.packed / seconds });
  const gib = { plain: plain.onDemandBytes / 2 ** 30, packed: packed.onDemandBytes / 2 ** 30 };
  const gibPerMonth = compared(perSecond(gib), (perSec) => perSec * SECONDS_PER_MONTH);
  const units = perSecond(packed.putPayloadUnits);
  const shardsNeeded = {
    plain: shardsFor(records.length / seconds, plain.wireBytes / seconds),
    packed: shardsFor(packed.kinesisRecords / seconds, packed.wireBytes / seconds),
  };
  const provisioned = (side: keyof Compared) =>
    shardsNeeded[side] * prices.shardHour * HOURS_PER_MONTH +
    ((units[side] * SECONDS_PER_MONTH) / 1e6) * prices.putUnitsPerMillion;
  return {
    name,
    meanBytes: plain.userBytes / records.length,
    sampledRecords: records.length,
    shardsGroupedBy,
    userRecordsPerAggregate: records.length / packed.kinesisRecords,
    overheadPerUserRecord: (packed.wireBytes - plain.userBytes) / records.length,
    efficiency: { plain: plain.userBytes / plain.wireBytes, packed: plain.userBytes / packed.wireBytes },
    kinesisRecordsPerSecond: perSecond({ plain: records.length, packed: packed.kinesisRecords }),
    putRecordsCallsPerSecond: perSecond(packed.putRecordsCalls),
    putPayloadUnitsPerSecond: units,
    onDemandGibPerMonth: gibPerMonth,
    shardsNeeded,
    provisionedPerMonth: { plain: provisioned("plain"), packed: provisioned("packed") },
    onDemandPerMonth: compared(gibPerMonth, (month) => month * prices.gibIn + prices.streamHour * HOURS_PER_MONTH),
    encodeNsPerRecord: encodeNs(windows, options, records.length),
  };
}

type Options = Parameters<typeof estimatePacking>[1] & Parameters<typeof aggregate>[1];

/** The estimate of each window, summed up; it must be what the aggregator really makes. */
function packedTotals(windows: readonly (readonly UserRecordInput[])[], options: Options) {
  const total = { kinesisRecords: 0, wireBytes: 0, onDemandBytes: 0 };
  const units = { plain: 0, packed: 0 };
  const calls = { plain: 0, packed: 0 };
  for (const window of windows) {
    const estimate = estimatePacking(window, options);
    const sizes = aggregate(window, options).map(sizeOf);
    assert.equal(estimate.kinesisRecords, sizes.length, "estimated Kinesis records are those that are made");
    assert.equal(estimate.wireBytes, sum(sizes), "estimated bytes are those that are written");
    total.kinesisRecords += sizes.length;
    total.wireBytes += estimate.wireBytes;
    total.onDemandBytes += sum(sizes.map(roundedUp));
    for (const side of ["plain", "packed"] as const) {
      units[side] += estimate.putPayloadUnits[side];
      calls[side] += estimate.putRecordsCalls[side];
    }
  }
  return { ...total, putPayloadUnits: units, putRecordsCalls: calls };
}

function plainTotals(records: readonly UserRecordInput[]) {
  const userSizes = records.map(({ data }) => Buffer.byteLength(data));
  const wireSizes = records.map(({ partitionKey }, at) => Buffer.byteLength(partitionKey) + userSizes[at]!); // as many
  return { userBytes: sum(userSizes), wireBytes: sum(wireSizes), onDemandBytes: sum(wireSizes.map(roundedUp)) };
}

/** The records that wait for each other: those that come within the time that the first may be held back. */
function windowsOf<Item>(records: readonly Item[], { rate, bufferedMs }: PackingSettings): Item[][] {
  const perWindow = Math.max(1, Math.floor((rate * bufferedMs) / 1_000));
  const windows: Item[][] = [];
  for (let at = 0; at < records.length; at += perWindow) windows.push(records.slice(at, at + perWindow));
  return windows;
}

function groupByOf(groupBy: PackingSettings["groupBy"], shards: number): GroupBy {
  return groupBy === "shards" ? evenShards(shards) : groupBy;
}

function evenShards(count: number): ShardMap {
  const keys = 2n ** 128n;
  const startOf = (index: number) => (keys * BigInt(index)) / BigInt(count);
  return ShardMap.from(
    Array.from({ length: count }, (_, index) => ({
      ShardId: `shardId-${String(index).padStart(12, "0")}`,
      HashKeyRange: { StartingHashKey: String(startOf(index)), EndingHashKey: String(startOf(index + 1) - 1n) },
    })),
  );
}

function shardsFor(recordsPerSecond: number, bytesPerSecond: number): number {
  return Math.max(
    1,
    Math.ceil(recordsPerSecond / SHARD_RECORDS_PER_SECOND),
    Math.ceil(bytesPerSecond / SHARD_BYTES_PER_SECOND),
  );
}

function encodeNs(windows: readonly (readonly UserRecordInput[])[], options: Options, records: number): number {
  const run = () => {
    let entries = 0;
    for (const window of windows) entries += aggregate(window, options).length;
    return entries;
  };
  const times = measureInRounds([{ name: "aggregate", run }], { rounds: 5, sliceMs: 20, random: seededRandom(1) });
  return (spreadOf(times.get("aggregate") ?? []).median * 1e6) / records;
}

function sizeOf({ Data, PartitionKey }: PackedEntry): number {
  return Data.length + Buffer.byteLength(PartitionKey);
}

function roundedUp(size: number): number {
  return Math.ceil(size / ON_DEMAND_STEP) * ON_DEMAND_STEP;
}

function compared({ plain, packed }: Compared, each: (value: number) => number): Compared {
  return { plain: each(plain), packed: each(packed) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
