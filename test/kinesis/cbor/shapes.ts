// Shapes by hand, as the SDK's schemas make them.

import { type Shape, textBytes } from "../../../src/kinesis/cbor/index.ts";

export const PLAIN: Shape = { kind: "plain" };
export const BYTES: Shape = { kind: "bytes" };
export const TIMESTAMP: Shape = { kind: "timestamp" };

export const listOf = (value: Shape): Shape => ({ kind: "list", value });
export const mapOf = (value: Shape): Shape => ({ kind: "map", value });

export function structureOf(shapes: Readonly<Record<string, Shape>>): Shape {
  const members = Object.entries(shapes).map(([name, shape]) => [name, { name, key: textBytes(name), shape }] as const);
  return { kind: "structure", members: new Map(members) };
}

/** Of GetRecords' answer. */
export const PAGE: Shape = structureOf({
  ChildShards: listOf(structureOf({ ShardId: PLAIN, ParentShards: listOf(PLAIN) })),
  MillisBehindLatest: PLAIN,
  NextShardIterator: PLAIN,
  Records: listOf(
    structureOf({
      ApproximateArrivalTimestamp: TIMESTAMP,
      Data: BYTES,
      EncryptionType: PLAIN,
      PartitionKey: PLAIN,
      SequenceNumber: PLAIN,
    }),
  ),
});
