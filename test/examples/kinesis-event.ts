// What Lambda hands to a function on a stream, as its documentation shows it.

import type { KinesisStreamEvent } from "aws-lambda";
import type { PackedEntry } from "kpl-kit";

const STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";

export function kinesisEvent(entries: readonly PackedEntry[]): KinesisStreamEvent {
  return {
    Records: entries.map((entry, index) => {
      const sequenceNumber = (
        49_545_115_243_490_985_018_280_067_714_973_144_582_180_062_593_244_200_961n + BigInt(index)
      ).toString();
      return {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: entry.PartitionKey,
          sequenceNumber,
          data: Buffer.from(entry.Data).toString("base64"),
          approximateArrivalTimestamp: 1_545_084_650.987,
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `shardId-000000000006:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: "arn:aws:iam::123456789012:role/orders",
        awsRegion: "us-east-1",
        eventSourceARN: STREAM,
      };
    }),
  };
}
