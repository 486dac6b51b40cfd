// What a careful user of protobufjs writes: its static code, its 64-bit integers as numbers, tables in a Map, the digest
// by the fastest call that Node has. It counts no sizes and has no limit, both to its advantage.

import crypto from "node:crypto";
import protobuf from "protobufjs/minimal.js";
import {
  type Codec,
  type Job,
  type PackedAnswer,
  SEQUENCE_NUMBER,
  tallyOfBytes,
  tallyOfEntries,
  type UnpackedAnswer,
} from "../codec.ts";
import type { BenchRecord, Load } from "../corpus.ts";
import { AggregatedRecord, type RecordProperties } from "./kpl-static.js";

// An index read as a Long is an object more for each record.
protobuf.util.Long = undefined as never;
protobuf.configure();

/** Text of one character a byte, its fastest result, which Node's types leave out. */
const digestCrypto = crypto as unknown as { hash(algorithm: "md5", bytes: Uint8Array, encoding: "latin1"): string };

const MAGIC_LENGTH = 4;
const DIGEST_LENGTH = 16;

export const protobufjs: Codec = { name: "protobufjs", refuses: () => undefined, encoder, decoder };

interface Entry {
  readonly Data: Buffer;
  readonly PartitionKey: string;
  readonly ExplicitHashKey: string;
}

interface KinesisRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string | undefined;
  readonly SequenceNumber: string;
}

interface Member {
  readonly partitionKey: string | undefined;
  readonly explicitHashKey: string | undefined;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly data: Uint8Array;
}

function pack(userRecords: readonly (BenchRecord & { readonly explicitHashKey?: string })[]): Entry {
  const partitionKeys = new Map<string, number>();
  const explicitHashKeys = new Map<string, number>();
  const records: RecordProperties[] = [];
  for (const { partitionKey, explicitHashKey, data } of userRecords) {
    const partitionKeyIndex = indexOf(partitionKey, partitionKeys);
    records.push(
      explicitHashKey === undefined
        ? { partitionKeyIndex, data }
        : { partitionKeyIndex, explicitHashKeyIndex: indexOf(explicitHashKey, explicitHashKeys), data },
    );
  }
  const body = AggregatedRecord.encode({
    partitionKeyTable: [...partitionKeys.keys()],
    explicitHashKeyTable: [...explicitHashKeys.keys()],
    records,
  }).finish();
  const frame = Buffer.allocUnsafe(MAGIC_LENGTH + body.length + DIGEST_LENGTH);
  frame.writeUInt32BE(0xf3899ac2, 0);
  frame.set(body, MAGIC_LENGTH);
  frame.write(digestCrypto.hash("md5", body, "latin1"), MAGIC_LENGTH + body.length, "latin1");
  const first = userRecords[0]!; // nobody packs nothing
  return {
    Data: frame,
    PartitionKey: first.partitionKey,
    ExplicitHashKey: first.explicitHashKey ?? BigInt(`0x${crypto.hash("md5", first.partitionKey)}`).toString(),
  };
}

function indexOf(key: string, table: Map<string, number>): number {
  let index = table.get(key);
  if (index === undefined) {
    index = table.size;
    table.set(key, index);
  }
  return index;
}

function unpack({ Data, PartitionKey, SequenceNumber }: KinesisRecord): Member[] {
  const frame = Buffer.from(Data.buffer, Data.byteOffset, Data.length);
  const bodyEnd = frame.length - DIGEST_LENGTH;
  const body = frame.subarray(MAGIC_LENGTH, bodyEnd);
  if (
    bodyEnd <= MAGIC_LENGTH ||
    frame.readUInt32BE(0) !== 0xf3899ac2 ||
    digestCrypto.hash("md5", body, "latin1") !== frame.toString("latin1", bodyEnd)
  ) {
    return [
      {
        partitionKey: PartitionKey,
        explicitHashKey: undefined,
        sequenceNumber: SequenceNumber,
        subSequenceNumber: 0,
        data: Data,
      },
    ];
  }
  const { partitionKeyTable, explicitHashKeyTable, records } = AggregatedRecord.decode(body);
  const members: Member[] = [];
  for (const { partitionKeyIndex, explicitHashKeyIndex, data } of records) {
    const partitionKey = partitionKeyTable[partitionKeyIndex];
    if (partitionKey === undefined) throw new RangeError(`no partition key ${partitionKeyIndex}`);
    let explicitHashKey: string | undefined;
    if (explicitHashKeyIndex !== null) {
      explicitHashKey = explicitHashKeyTable[explicitHashKeyIndex];
      if (explicitHashKey === undefined) throw new RangeError(`no explicit hash key ${explicitHashKeyIndex}`);
    }
    members.push({
      partitionKey,
      explicitHashKey,
      sequenceNumber: SequenceNumber,
      subSequenceNumber: members.length,
      data,
    });
  }
  return members;
}

function encoder({ aggregates }: Load): Job<PackedAnswer> {
  const run = () => {
    let tally = 0;
    for (const records of aggregates) {
      const { Data, PartitionKey } = pack(records);
      tally += Data.length + Data[Data.length - 1]! + PartitionKey.length;
    }
    return tally;
  };
  const answers = () =>
    aggregates.map(pack).map(({ Data, PartitionKey, ExplicitHashKey }) => ({
      data: Data,
      partitionKey: PartitionKey,
      explicitHashKey: ExplicitHashKey,
    }));
  return { run, answers, expected: tallyOfEntries(answers()) };
}

function decoder({ aggregates }: Load, frames: readonly Uint8Array[]): Job<UnpackedAnswer> {
  const kinesisRecords = frames.map((Data, at) => ({
    Data,
    PartitionKey: aggregates[at]?.[0]?.partitionKey,
    SequenceNumber: SEQUENCE_NUMBER,
  }));
  const run = () => {
    let tally = 0;
    for (const kinesisRecord of kinesisRecords) tally += read(unpack(kinesisRecord));
    return tally;
  };
  const answers = () => kinesisRecords.flatMap(unpack).map((member) => ({ ...member, data: Buffer.from(member.data) }));
  return { run, answers, expected: tallyOfBytes(aggregates.flat()) };
}

function read(members: readonly Member[]): number {
  let tally = 0;
  for (const { partitionKey, data } of members) {
    const key = partitionKey!; // every record of the corpus has one, and data
    tally += key.length + key.charCodeAt(0) + data.length + data[0]! + data[data.length - 1]!;
  }
  return tally;
}
