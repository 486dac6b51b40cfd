// Gzip inside an aggregate: compressed before packing, expanded after unpacking.
//
//     npx tsx examples/gzip.ts

import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { aggregate, deaggregateAll, type PackedEntry, type UserRecordInput } from "kpl-kit";

const file = new URL("../node_modules/vega-datasets/data/flights-10k.json", import.meta.url);
const flights = JSON.parse(readFileSync(file, "utf8")) as { origin: string }[];

const flightsFrom = new Map<string, unknown[]>();
for (const flight of flights) flightsFrom.set(flight.origin, [...(flightsFrom.get(flight.origin) ?? []), flight]);

// Small payloads grow when they are compressed one by one, so the second form has all flights of an airport in one.
const forms: Record<string, UserRecordInput[]> = {
  "a flight a record": flights.map((flight) => ({ partitionKey: flight.origin, data: JSON.stringify(flight) })),
  "an airport a record": [...flightsFrom].map(([partitionKey, list]) => ({ partitionKey, data: JSON.stringify(list) })),
};

// For a stream of one shard; by a ShardMap for any other.
const pack = (records: readonly UserRecordInput[]) => aggregate(records, { groupBy: "none" });
const sizeOf = (entries: readonly PackedEntry[]) => entries.reduce((sum, { Data }) => sum + Data.length, 0);

for (const [form, records] of Object.entries(forms)) {
  const zipped = records.map(({ data, partitionKey }) => ({ partitionKey, data: gzipSync(data) }));
  const entries = pack(zipped);

  const back = deaggregateAll(entries).map(({ data, partitionKey }) => ({
    partitionKey,
    data: gunzipSync(data).toString(),
  }));
  const same = JSON.stringify(back) === JSON.stringify(records);
  console.log(
    `${form}: ${sizeOf(pack(records))} bytes packed, ${sizeOf(entries)} bytes gzipped and packed; ${same ? "same again" : "DIFFERENT"}`,
  );
  if (!same) process.exitCode = 1;
}
