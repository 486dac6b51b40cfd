// Our side, by its public door and its defaults.

import { kinesisHandler } from "../../../src/lambda/index.ts";
import { type Contender, contextOf, type SeenRecord } from "./contender.ts";

export const OURS = "kpl-kit";

let tally = 0;
const handler = kinesisHandler(async ({ data, partitionKey }) => {
  tally += partitionKey!.length + data.length + data[0]! + data[data.length - 1]!; // none is empty
});

export const kplKit: Contender = {
  name: OURS,
  run: async (event) => {
    tally = 0;
    await handler(event, contextOf());
    return tally;
  },
  answer: async (event) => {
    const userRecords: SeenRecord[] = [];
    const collecting = kinesisHandler(({ data, partitionKey, sequenceNumber, subSequenceNumber }) => {
      userRecords.push({ partitionKey, sequenceNumber, subSequenceNumber, data: Buffer.from(data) });
    });
    return { reply: await collecting(event, contextOf()), userRecords };
  },
};
