// Judges what came back against what was sent, a partition key at a time. Pure, and ignorant of Kinesis: it would find
// a codec's fault as well as a stream's.

import type { SentRecord } from "./input.ts";

type Fault = "missing" | "duplicated" | "out-of-order" | "unknown";

export interface Example {
  readonly fault: Fault;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

export interface Verdict {
  readonly partitionKeys: number;
  readonly sent: number;
  readonly received: number;
  /** Sent, and not come back. */
  readonly missing: number;
  /** Come back more often than it was sent. */
  readonly duplicated: number;
  /** Come back behind a record of the same key that was sent after it. */
  readonly outOfOrder: number;
  /** Come back under this key with data that was never sent under it. */
  readonly unknown: number;
  /** The first few faults. */
  readonly examples: readonly Example[];
}

const MAX_EXAMPLES = 5;

export function judge(sent: readonly SentRecord[], received: readonly SentRecord[]): Verdict {
  const counts = { missing: 0, duplicated: 0, "out-of-order": 0, unknown: 0 };
  const examples: Example[] = [];
  const found = (fault: Fault, { data, partitionKey }: SentRecord) => {
    counts[fault]++;
    if (examples.length < MAX_EXAMPLES) examples.push({ fault, partitionKey, data });
  };

  const came = byKey(received);
  const keys = byKey(sent);
  for (const [partitionKey, expected] of keys) {
    const free = placesOf(expected);
    let furthest = -1;
    for (const record of came.get(partitionKey) ?? []) {
      const places = free.get(textOf(record));
      const place = places?.shift();
      if (places === undefined) found("unknown", record);
      else if (place === undefined) found("duplicated", record);
      else if (place < furthest) found("out-of-order", record);
      else furthest = place;
    }
    for (const place of [...free.values()].flat()) {
      const record = expected[place];
      if (record) found("missing", record);
    }
  }
  for (const [partitionKey, records] of came) {
    if (!keys.has(partitionKey)) for (const record of records) found("unknown", record);
  }
  return {
    partitionKeys: keys.size,
    sent: sent.length,
    received: received.length,
    missing: counts.missing,
    duplicated: counts.duplicated,
    outOfOrder: counts["out-of-order"],
    unknown: counts.unknown,
    examples,
  };
}

export function isSound({ duplicated, missing, outOfOrder, unknown }: Verdict): boolean {
  return missing === 0 && duplicated === 0 && outOfOrder === 0 && unknown === 0;
}

function byKey(records: readonly SentRecord[]): Map<string, SentRecord[]> {
  const groups = new Map<string, SentRecord[]>();
  for (const record of records) {
    const group = groups.get(record.partitionKey);
    if (group) group.push(record);
    else groups.set(record.partitionKey, [record]);
  }
  return groups;
}

/** The same data may be sent twice under one key: the first to come back takes the first place. */
function placesOf(expected: readonly SentRecord[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  expected.forEach((record, place) => {
    const text = textOf(record);
    const known = places.get(text);
    if (known) known.push(place);
    else places.set(text, [place]);
  });
  return places;
}

/** One character a byte: bytes that are no UTF-8 stay apart. */
function textOf({ data }: SentRecord): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("latin1");
}
