// What Lambda hands over at most: 6 MB of JSON, a hundred aggregates, their data as base64. The same in every run.

import assert from "node:assert/strict";
import { Aggregator, type PackedEntry } from "../../src/codec/index.ts";
import type { KinesisEventLike } from "../../src/lambda/index.ts";
import { makeKinesisEvent } from "../../src/testing/index.ts";
import { seededRandom } from "../random.ts";

export interface Row {
  readonly name: string;
  readonly recordBytes: number;
}

export const ROWS: readonly Row[] = [
  { name: "100 B", recordBytes: 100 },
  { name: "1 KB", recordBytes: 1024 },
];

export interface Load {
  readonly event: KinesisEventLike;
  /** Its JSON. */
  readonly eventBytes: number;
  readonly userRecords: number;
}

const AGGREGATES = 100;
const KEYS = 50;
/** A hundred of these, as base64 in their envelopes, are just below Lambda's limit. */
const AGGREGATE_BYTES = 46_500;
const MOST_EVENT_BYTES = 6 * 2 ** 20;

export function loadOf({ recordBytes }: Row): Load {
  const random = seededRandom(recordBytes);
  const aggregator = new Aggregator({ maxSize: AGGREGATE_BYTES });
  const entries: PackedEntry[] = [];
  while (entries.length < AGGREGATES) {
    const entry = aggregator.add({
      // No integers: those aws-kinesis-agg attaches to the wrong records, and a rival that answers wrongly is not timed.
      partitionKey: `device-${String(Math.floor(random() * KEYS)).padStart(6, "0")}`,
      data: Uint8Array.from({ length: recordBytes }, () => Math.floor(random() * 256)),
    });
    if (entry) entries.push(entry);
  }
  const json = JSON.stringify(makeKinesisEvent(entries));
  assert.ok(json.length > 0.97 * MOST_EVENT_BYTES && json.length <= MOST_EVENT_BYTES, `${json.length} bytes of event`);
  return {
    // As Lambda's runtime makes it: from its text.
    event: JSON.parse(json) as KinesisEventLike,
    eventBytes: json.length,
    userRecords: entries.reduce((sum, { userRecordCount }) => sum + userRecordCount, 0),
  };
}
