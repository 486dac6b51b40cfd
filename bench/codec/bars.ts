// What this codec has to reach: printed with every run, met or not.

import type { Bar } from "../verdict.ts";
import { BY_HAND } from "./plain-record.ts";
import type { CodecRow, Group } from "./results.ts";
import { nameOf, REFERENCE } from "./shapes.ts";

const AGG = "aws-kinesis-agg";
const PROTOBUFJS = "protobufjs";

export function barsOf(rows: readonly CodecRow[], isComplete: boolean): Bar[] {
  const at = `at ${nameOf(REFERENCE)}`;
  return [
    atReference(rows, "encode", 2, `encode ${at}, against ${AGG}`),
    atReference(rows, "decode", 2.2, `decode ${at}, against ${AGG}`),
    atReference(rows, "encode, digest stubbed", 4, `encode without the digest ${at}, against ${AGG}`),
    atReference(rows, "decode, digest stubbed", 4, `decode without the digest ${at}, against ${AGG}`),
    worst(rows.filter(isSmall), isComplete, 1.2, `every row up to 100 B, against ${PROTOBUFJS}`),
    worst(rows, isComplete, 0.95, `every row, against ${PROTOBUFJS}`),
    plainRecord(rows),
  ];
}

function isSmall({ recordBytes }: CodecRow): boolean {
  return recordBytes <= 100;
}

function atReference(rows: readonly CodecRow[], group: Group, needed: number, claim: string): Bar {
  const ratio = rows.find((row) => row.group === group && row.name === nameOf(REFERENCE))?.ratios[AGG];
  return {
    claim,
    needed: `>= ${needed}x`,
    measured: ratio && `${ratio.median.toFixed(2)}x`,
    met: ratio !== undefined && ratio.median >= needed,
  };
}

function worst(rows: readonly CodecRow[], isComplete: boolean, needed: number, claim: string): Bar {
  const ratios = rows
    .filter(({ group }) => group === "encode" || group === "decode")
    .map(({ group, name, ratios }) => ({ row: `${group} ${name}`, ratio: ratios[PROTOBUFJS]?.median ?? 0 }))
    .sort((a, b) => a.ratio - b.ratio);
  const [lowest] = ratios;
  return {
    claim,
    needed: `>= ${needed}x`,
    // Over every row means every row: a run of some says nothing.
    measured: isComplete && lowest ? `${lowest.ratio.toFixed(2)}x (${lowest.row})` : undefined,
    met: isComplete && lowest !== undefined && lowest.ratio >= needed,
  };
}

function plainRecord(rows: readonly CodecRow[]): Bar {
  const ratio = rows.find(({ group }) => group === "plain record")?.ratios[BY_HAND];
  return {
    claim: "a plain record, in times of building its result by hand",
    needed: "<= 2x",
    measured: ratio && `${(1 / ratio.median).toFixed(2)}x`,
    met: ratio !== undefined && 1 / ratio.median <= 2,
  };
}
