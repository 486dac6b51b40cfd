// What the lanes have to reach: printed with every run, met or not.

import type { Bar } from "../verdict.ts";
import { CHROMIUM, LANES, MESSAGE_ROWS, PORTABLE } from "./chromium/tasks.ts";
import { DEAGGREGATE_ALL, FLOOR, READ, REFERENCE, RIVAL, ROWS_OF_1_KB, ROWS_OF_100_B } from "./deaggregate-all.ts";
import { BY_CODEC, LAMBDA_EVENT, OF_100_B, SYNC } from "./lambda-event.ts";
import { BIGINT_OF_HASH, DEVICE_KEYS, DIGESTS, HASH, ONE_KEY, UUIDS } from "./partition-keys.ts";
import type { Md5Row } from "./results.ts";

interface Need {
  readonly claim: string;
  readonly needed: number;
  readonly group: string;
  /** The lowest of them counts. */
  readonly rows: readonly string[];
  readonly side: string;
  readonly rival: string;
}

const NEEDS: readonly Need[] = [
  {
    claim: "deaggregateAll of 500 x 100 B, 50 keys, key and data read, against deaggregateSync of aws-kinesis-agg",
    needed: 5,
    group: DEAGGREGATE_ALL,
    rows: [REFERENCE],
    side: READ,
    rival: RIVAL,
  },
  {
    claim: "a Lambda event of 100 B, from base64, key and data read, against deaggregateSync of aws-kinesis-agg",
    needed: 3,
    group: LAMBDA_EVENT,
    rows: [OF_100_B],
    side: BY_CODEC,
    rival: SYNC,
  },
  {
    claim: "deaggregateAll of aggregates of 16-51 KB with 1 KB records, against crypto.hash alone over the same bytes",
    needed: 1.6,
    group: DEAGGREGATE_ALL,
    rows: ROWS_OF_1_KB,
    side: DEAGGREGATE_ALL,
    rival: FLOOR,
  },
  {
    claim: "deaggregateAll of aggregates of 16-51 KB with 100 B records, against crypto.hash alone over the same bytes",
    needed: 1.2,
    group: DEAGGREGATE_ALL,
    rows: ROWS_OF_100_B,
    side: DEAGGREGATE_ALL,
    rival: FLOOR,
  },
  {
    claim: "digests of 1,000 partition keys in a batch, against crypto.hash",
    needed: 6,
    group: DIGESTS,
    rows: [DEVICE_KEYS],
    side: "lanes",
    rival: HASH,
  },
  {
    claim: "the hash key of one partition key, against BigInt of crypto.hash",
    needed: 1,
    group: ONE_KEY,
    rows: [DEVICE_KEYS, UUIDS],
    side: "hashKeyOf",
    rival: BIGINT_OF_HASH,
  },
  {
    claim: "in Chromium, lanes at 1 KB and at 51,200 B, against the portable engine",
    needed: 1.6,
    group: CHROMIUM,
    rows: MESSAGE_ROWS,
    side: LANES,
    rival: PORTABLE,
  },
];

export function barsOf(rows: readonly Md5Row[]): Bar[] {
  return NEEDS.map((need): Bar => {
    const lowest = lowestOf(need, rows);
    return {
      claim: need.claim,
      needed: `>= ${need.needed}x`,
      measured: lowest && `${lowest.ratio.toFixed(2)}x${need.rows.length > 1 ? ` (${lowest.row})` : ""}`,
      met: lowest !== undefined && lowest.ratio >= need.needed,
    };
  });
}

/** `undefined` unless every row was measured. */
function lowestOf(need: Need, rows: readonly Md5Row[]): { readonly row: string; readonly ratio: number } | undefined {
  const ratios = need.rows.map((name) => {
    const row = rows.find((each) => each.group === need.group && each.name === name);
    const ratio = row?.sides.find((side) => side.name === need.side)?.ratios[need.rival]?.median;
    return { row: name, ratio: ratio ?? Number.NaN };
  });
  if (ratios.some(({ ratio }) => Number.isNaN(ratio))) return undefined;
  return ratios.sort((a, b) => a.ratio - b.ratio)[0];
}
