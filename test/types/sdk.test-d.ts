// Compiled, never run: what the AWS SDK gives goes in without a cast, what we give goes into the SDK, and a mistake does
// not compile. `npm run check` compiles it, with all other tests.

import type {
  GetRecordsCommandOutput,
  ListShardsCommandOutput,
  PutRecordsCommandInput,
  PutRecordsRequestEntry,
  SubscribeToShardEvent,
} from "@aws-sdk/client-kinesis";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  Aggregator,
  type AggregatorOptions,
  aggregate,
  batchEntries,
  comparePositions,
  type DeaggregateOptions,
  deaggregate,
  deaggregateAll,
  estimatePacking,
  type GroupBy,
  type hashKeyOf,
  type Inspection,
  inspect,
  type KinesisRecordInput,
  type KplKitError,
  type MalformedReason,
  type PackedEntry,
  type Position,
  type ShardInput,
  ShardMap,
  type UserRecord,
  type UserRecordInput,
} from "kpl-kit";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

declare const page: GetRecordsCommandOutput;
declare const event: SubscribeToShardEvent;
declare const listing: ListShardsCommandOutput;
declare const userRecord: UserRecordInput;
declare const entry: PackedEntry;

// ---- The SDK's own results go in.

for (const record of page.Records ?? [])
  same<UserRecord[], ReturnType<typeof deaggregate>>(deaggregate(record) && true);
deaggregateAll(page.Records ?? []);
deaggregateAll(event.Records ?? [], { onMalformed: "throw" });
for (const record of event.Records ?? []) deaggregate(record, { copy: true });
ShardMap.from(listing.Shards ?? []);
deaggregate(Buffer.from("bytes"));
deaggregate(new Uint8Array(3));
deaggregate(entry); // one of our own, to look at

const shard: ShardInput = (listing.Shards ?? [])[0] ?? {};
const record: KinesisRecordInput = (page.Records ?? [])[0] ?? {};

// ---- What we give goes into the SDK.

for (const { Records } of batchEntries(aggregate([userRecord], { groupBy: "partitionKey" }))) {
  const input: PutRecordsCommandInput = { StreamName: "orders", Records };
  new PutRecordsCommand(input);
}
const requestEntry: PutRecordsRequestEntry = entry;
batchEntries([entry], { maxCount: 100, maxSize: 1_000_000 });

// ---- What a user record is made of.

const inputs: UserRecordInput[] = [
  { partitionKey: "k", data: "text" },
  { partitionKey: "k", data: new Uint8Array() },
  { partitionKey: "k", data: Buffer.alloc(1), explicitHashKey: 5n },
  { partitionKey: "k", data: "text", explicitHashKey: "5" },
  { partitionKey: "k", data: "text", explicitHashKey: undefined },
];
// A user record that was read may be sent on, once its key is known to be there.
function forward({ partitionKey, explicitHashKey, data }: UserRecord): UserRecordInput | undefined {
  return partitionKey === undefined ? undefined : { partitionKey, explicitHashKey, data };
}

same<ReturnType<typeof deaggregate>, UserRecord[]>(true);
same<UserRecord["hashKey"], bigint | undefined>(true);
same<UserRecord["partitionKey"], string | undefined>(true);
same<UserRecord["malformed"], MalformedReason | undefined>(true);
same<ReturnType<UserRecord["json"]>, unknown>(true);
same<MalformedReason, "digest" | "protobuf" | "partition-key-index" | "hash-key-index" | "hash-key-value">(true);
same<Inspection["kind"], "plain" | "aggregate" | "malformed">(true);
same<ReturnType<typeof hashKeyOf>, bigint>(true);
same<ReturnType<ShardMap["shardFor"]>, ShardMap["shards"][number] | undefined>(true);
same<KplKitError["code"], `KPL_KIT_${string}`>(true);
same<ReturnType<Aggregator["add"]>, PackedEntry | undefined>(true);

const grouping: GroupBy[] = ["partitionKey", "none", ShardMap.from([shard])];
const options: AggregatorOptions = { outerPartitionKey: (records) => records[0]?.partitionKey ?? "none", lone: "auto" };
const reading: DeaggregateOptions = {
  rangeFilter: "kcl",
  hashRange: { start: 0n, end: 5n },
  onMalformed: (_, reason) => (reason === "digest" ? "skip" : "throw"),
  onDropped: ({ record: { SequenceNumber }, userRecords, reason }) => console.warn(SequenceNumber, userRecords, reason),
};
estimatePacking([100, 2_000, userRecord], { groupBy: "none", maxSize: 25_000 });
const positions: Position[] = [{ sequenceNumber: "TRIM_HORIZON" }, { sequenceNumber: "49", subSequenceNumber: 1 }];
positions.sort(comparePositions);
void [requestEntry, record, inputs, forward, grouping, options, reading, inspect(new Uint8Array())];

// ---- What is wrong does not compile.

// @ts-expect-error groupBy has no default
aggregate([userRecord], {});
// @ts-expect-error nor may it be left out with its options
aggregate([userRecord]);
// @ts-expect-error a grouping that does not exist
aggregate([userRecord], { groupBy: "shard" });
// @ts-expect-error no partition key
new Aggregator().add({ data: "x" });
// @ts-expect-error no data
new Aggregator().add({ partitionKey: "k" });
// @ts-expect-error data is bytes or text
new Aggregator().add({ partitionKey: "k", data: { json: true } });
// @ts-expect-error an explicit hash key of 128 bits is no number
new Aggregator().add({ partitionKey: "k", data: "x", explicitHashKey: 5 });
// @ts-expect-error the service's names are not ours
new Aggregator().add({ PartitionKey: "k", Data: "x" });
// @ts-expect-error no such way for a lone record
new Aggregator({ lone: "always" });
// @ts-expect-error a constant of one's own is a function
new Aggregator({ outerPartitionKey: "b" });
// @ts-expect-error base64 text is not bytes
deaggregate("84mawg==");
// @ts-expect-error a Lambda record's data is base64 text
deaggregate({ Data: "84mawg==" });
// @ts-expect-error a list goes to deaggregateAll
deaggregate(page.Records ?? []);
// @ts-expect-error one record goes to deaggregate
deaggregateAll(record);
// @ts-expect-error no such policy
deaggregate(record, { onMalformed: "ignore" });
// @ts-expect-error hash keys are bigints
deaggregate(record, { rangeFilter: "kcl", hashRange: { start: 0, end: 5 } });
// @ts-expect-error a hash key is a bigint
ShardMap.from([]).shardFor(5);
// @ts-expect-error a map is made from shards
new ShardMap();
// @ts-expect-error a sequence number is text: it has 56 digits
comparePositions({ sequenceNumber: 5 }, { sequenceNumber: "5" });
// @ts-expect-error a user record may lack its partition key
const key: string = (deaggregate(record)[0] as UserRecord).partitionKey;
// @ts-expect-error what was read is not to be changed
(deaggregate(record)[0] as UserRecord).subSequenceNumber = 5;
// @ts-expect-error an entry's own field is not the service's
const records: PutRecordsRequestEntry[] = [{ ...entry, userRecordCount: 1 }];
void [key, records];
