// Packing: the digests of several aggregates written together, or one after the other by node:crypto.

import assert from "node:assert/strict";
import { aggregate, type PackedEntry } from "../../src/codec/index.ts";
import { useDigestEngine } from "../../src/codec/md5/index.ts";
import type { Contender } from "../rounds.ts";
import { type CorpusRecord, recordsOf } from "./corpus.ts";
import { native } from "./engines-here.ts";
import type { Load, Task } from "./task.ts";

const ONE_BY_ONE = "one digest at a time";

const LOADS: Readonly<Record<string, readonly [count: number, recordBytes: number]>> = {
  "8,000 x 100 B": [8_000, 100],
  "800 x 1 KB": [800, 1024],
};

const OPTIONS = { groupBy: "none", maxSize: 51_200 } as const;

export const SEALING_TASKS: readonly Task[] = Object.entries(LOADS).map(([name, [count, recordBytes]]) => ({
  group: "aggregate",
  name,
  prepare: () => loadOf(recordsOf(count, recordBytes)),
}));

function loadOf(records: readonly CorpusRecord[]): Load {
  const entries = aggregate(records, OPTIONS);
  assert.deepEqual(
    oneByOne(() => aggregate(records, OPTIONS)),
    entries,
    `${ONE_BY_ONE} packs the same`,
  );
  return {
    unit: "user record",
    count: records.length,
    bytes: entries.reduce((sum, { Data }) => sum + Data.length, 0),
    rivals: [ONE_BY_ONE],
    contenders: [togetherSide(records), oneByOneSide(records)],
  };
}

function togetherSide(records: readonly CorpusRecord[]): Contender {
  return {
    name: "aggregate",
    run: () => {
      let tally = 0;
      for (const { Data } of aggregate(records, OPTIONS)) tally += Data.length + Data[Data.length - 1]!; // none is empty
      return tally;
    },
  };
}

function oneByOneSide(records: readonly CorpusRecord[]): Contender {
  const packed = () => aggregate(records, OPTIONS);
  return {
    name: ONE_BY_ONE,
    run: () => {
      let tally = 0;
      for (const { Data } of oneByOne(packed)) tally += Data.length + Data[Data.length - 1]!; // none is empty
      return tally;
    },
  };
}

function oneByOne(packed: () => PackedEntry[]): PackedEntry[] {
  useDigestEngine(native);
  try {
    return packed();
  } finally {
    useDigestEngine(undefined);
  }
}
