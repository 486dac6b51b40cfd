// aws-kinesis-agg as people use it in a Lambda function: its callbacks wrapped in a promise, its base64 turned into bytes.

import { readFileSync } from "node:fs";
import type { Contender, SeenRecord } from "./contender.ts";
import { handlerOf } from "./promised.ts";

export const RIVAL = "aws-kinesis-agg";

/** As it stands, for who wants to judge it. */
export const WRAPPER: string =
  /^\/\/ ---- The wrapper\.\n([\s\S]*)^\/\/ ---- All of it\.$/m
    .exec(readFileSync(new URL("promised.ts", import.meta.url), "utf8"))?.[1]
    ?.trim() ?? "";

let tally = 0;
const handler = handlerOf(async ({ partitionKey }, data) => {
  tally += partitionKey.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
});

export const awsKinesisAgg: Contender = {
  name: RIVAL,
  run: async (event) => {
    tally = 0;
    await handler(event);
    return tally;
  },
  answer: async (event) => {
    const userRecords: SeenRecord[] = [];
    const collecting = handlerOf(async ({ partitionKey, sequenceNumber, subSequenceNumber }, data) => {
      userRecords.push({ partitionKey, sequenceNumber, subSequenceNumber, data });
      await Promise.resolve();
    });
    return { reply: await collecting(event), userRecords };
  },
};
