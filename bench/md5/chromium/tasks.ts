// What runs in a page: no Node, so the engine that the lanes are compared with is the portable one.

import { Aggregator, deaggregateAll, hashKeysOf, type PackedEntry } from "../../../src/codec/index.ts";
import { byteOfDigest, lanesEngine, portable, useDigestEngine } from "../../../src/codec/md5/index.ts";
import type { Contender } from "../../rounds.ts";
import { chunksOf, deviceKey, messagesOf, recordsOf } from "../corpus.ts";
import type { Load, Task } from "../task.ts";

export const CHROMIUM = "Chromium";
export const LANES = "lanes";
export const PORTABLE = "portable";

const LENGTHS: Readonly<Record<string, number>> = { "1 KB": 1024, "51,200 B": 51_200 };
export const MESSAGE_ROWS: readonly string[] = Object.keys(LENGTHS);

const MESSAGES = 32;
const KEYS = 1_000;
const AGGREGATES = 16;
const PER_AGGREGATE = 500;
const HALF = 1n << 127n;

export const CHROMIUM_TASKS: readonly Task[] = [
  ...Object.entries(LENGTHS).map(([name, length]) => ({
    group: CHROMIUM,
    name,
    prepare: () => messages(length),
  })),
  { group: CHROMIUM, name: "hashKeysOf of 1,000 device keys", prepare: hashKeys },
  { group: CHROMIUM, name: "deaggregateAll of 500 x 100 B", prepare: aggregates },
];

function messages(length: number): Load {
  const all = messagesOf(MESSAGES, length);
  const contenders = [lanesSide(all), portableSide(all)];
  return { unit: "message", count: MESSAGES, bytes: MESSAGES * length, rivals: [PORTABLE], contenders };
}

function lanesSide(all: readonly Uint8Array[]): Contender {
  const several = lanesEngine()?.several;
  if (!several) throw new Error("no WebAssembly with SIMD in this browser");
  let tally = 0;
  const take = (_index: number, words: Int32Array, at: number) => {
    tally += byteOfDigest(words, at, 0) + byteOfDigest(words, at, 15);
  };
  return {
    name: LANES,
    run: () => {
      tally = 0;
      several.digestArrays(all, 0, 0, take);
      return tally;
    },
  };
}

function portableSide(all: readonly Uint8Array[]): Contender {
  const into = new Uint8Array(16);
  return {
    name: PORTABLE,
    run: () => {
      let tally = 0;
      for (const message of all) {
        portable.digest(message, 0, message.length, into, 0);
        tally += into[0]! + into[15]!; // of 16
      }
      return tally;
    },
  };
}

function hashKeys(): Load {
  // Each in one piece, as a key from JSON is.
  const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
  const keys = Array.from({ length: KEYS }, (_, index) => decoder.decode(encoder.encode(deviceKey(index))));
  const lanes = () => {
    let above = 0;
    for (const hashKey of hashKeysOf(keys)) if (hashKey > HALF) above++;
    return above;
  };
  const oneByOne = () => {
    let above = 0;
    for (const hashKey of hashKeysOf(keys)) if (hashKey > HALF) above++;
    return above;
  };
  return { unit: "key", count: KEYS, rivals: [PORTABLE], contenders: [chosen(lanes), forced(oneByOne)] };
}

function aggregates(): Load {
  const records = recordsOf(AGGREGATES * PER_AGGREGATE, 100);
  const aggregator = new Aggregator({ maxSize: 1_048_576 });
  const entries = chunksOf(records, PER_AGGREGATE).map((members): PackedEntry => {
    for (const member of members) aggregator.add(member);
    return aggregator.flush()!; // no chunk is empty
  });
  const lanes = () => {
    let tally = 0;
    for (const { data, partitionKey } of deaggregateAll(entries)) {
      tally += partitionKey!.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
    }
    return tally;
  };
  const oneByOne = () => {
    let tally = 0;
    for (const { data, partitionKey } of deaggregateAll(entries)) {
      tally += partitionKey!.length + data.length + data[0]! + data[data.length - 1]!;
    }
    return tally;
  };
  return {
    unit: "user record",
    count: records.length,
    bytes: entries.reduce((sum, { Data }) => sum + Data.length, 0),
    rivals: [PORTABLE],
    contenders: [chosen(lanes), forced(oneByOne)],
  };
}

/** With the engine that the codec chooses. */
function chosen(run: () => number): Contender {
  return { name: LANES, run };
}

function forced(run: () => number): Contender {
  return {
    name: PORTABLE,
    run: () => {
      useDigestEngine(portable);
      try {
        return run();
      } finally {
        useDigestEngine(undefined);
      }
    },
  };
}
