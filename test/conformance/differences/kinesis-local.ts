// kinesis-local 0.6.2. What it does not refuse, it does; where it has a text, it has its own.

import { type Difference, type Differences, oneOf } from "../difference.ts";
import { titleOf } from "../scenario.ts";
import { messages } from "../scenarios/messages.ts";

const INVALID = "InvalidArgumentException";
const IN_ITS_PLACE = "InvalidArgumentException instead";
const NO_RATES = "no rates: 4,000 records at once are taken";
const WRONG_TIME = "parents or children of another time too, as its own timing has it";
const NO_SHARD_END = "no ChildShards, and no end: events without records go on";
const STAYS = "alone it does; while others register, a consumer may stay DELETING for ever";

function eitherShards(right: readonly number[]): Difference {
  return { saw: oneOf(right, [0, 1, 2, 3]), why: WRONG_TIME };
}

export const kinesisLocalDifferences: Differences = {
  ...Object.fromEntries(
    messages.map((scenario) => [
      titleOf(scenario),
      { saw: (seen: unknown) => seen !== scenario.aws, why: "a text of its own" },
    ]),
  ),
  "CreateStream: a stream has at least one shard": {
    saw: "LimitExceededException",
    why: "LimitExceededException instead",
  },
  "CreateStream: a provisioned stream needs a number of shards": { saw: "accepted", why: "makes one of 4 shards" },
  "CreateStream: a name has 1 to 128 of the characters a-z, A-Z, 0-9, _, - and .": {
    saw: { "a/b": INVALID, "": INVALID, "129 characters": INVALID, "128 characters": "accepted" },
    why: IN_ITS_PLACE,
  },
  "CreateStream: no more than five streams are CREATING at a time": {
    saw: (seen) => JSON.stringify(seen).startsWith('{"accepted":'),
    why: "counts the streams of all accounts, and misses calls that come together",
  },
  "CreateStream: the maximum record size is 1,024 KiB where nothing is said": { saw: undefined, why: "not told" },
  "CreateStream: a maximum record size is refused below 1,024 KiB and above 10,240 KiB": {
    saw: { 1_023: INVALID, 10_241: INVALID },
    why: IN_ITS_PLACE,
  },
  "DescribeStream: Limit is 1 to 10,000": { saw: { 0: INVALID, 10_001: INVALID }, why: IN_ITS_PLACE },
  "DescribeLimits: it counts the open shards and the streams on demand, and tells the limit of both": {
    saw: (seen) => JSON.stringify(seen).startsWith('{"openShards":3,"onDemandStreams":'),
    why: "counts the streams on demand of all accounts",
  },
  "DescribeLimits: 50 streams may be on demand": {
    saw: (seen) => JSON.stringify(seen).endsWith('"limit":10}'),
    why: "10; it counts those of all accounts",
  },
  "ListStreams: NextToken pages through the names too": { saw: "no NextToken", why: "no NextToken" },
  "ListStreams: each name comes with ARN, status, mode and time of creation": { saw: [], why: "names only" },
  "DeleteStream: with registered consumers it is refused, unless EnforceConsumerDeletion is set": {
    saw: (seen) => JSON.stringify(seen).startsWith('{"unset":"ResourceInUseException"'),
    why: "refused, but it may be deleted all the same",
  },
  "ListShards: MaxResults is 1 to 10,000": {
    saw: { 0: "500 Unknown", 10_001: "accepted" },
    why: "0 fails with 500, 10,001 is taken",
  },
  "ListShards: AT_TRIM_HORIZON gives the shards that were open at the trim horizon": {
    saw: [0, 1, 2, 3],
    why: "later shards too",
  },
  "ListShards: AT_TIMESTAMP before a split gives the parent, and no child": eitherShards([0, 1]),
  "ListShards: AT_TIMESTAMP after a split gives the children, and no parent": eitherShards([1, 2, 3]),
  "ListShards: FROM_TIMESTAMP after a split leaves out the parent": eitherShards([1, 2, 3]),
  "ListShards: a closed shard has an EndingSequenceNumber above its StartingSequenceNumber, an open one has none": {
    saw: { closed: "below", open: ["none", "none"] },
    why: "always 9223372036854775807, below the shard's start",
  },
  "PutRecord: an explicit hash key is a number in decimal digits without a leading zero, sign or space": {
    saw: {
      "01": INVALID,
      "-1": INVALID,
      "+1": INVALID,
      " 1": "500 Unknown",
      "0x10": "500 Unknown",
      "1e3": "500 Unknown",
      "": "500 Unknown",
      [`1${"0".repeat(39)}`]: INVALID,
    },
    why: "InvalidArgumentException instead; what is no number fails with 500",
  },
  "PutRecords: one bad explicit hash key refuses the call, and nothing of it is stored": {
    saw: { "01": INVALID, "2^128": INVALID, stored: [] },
    why: IN_ITS_PLACE,
  },
  "PutRecord: SequenceNumberForOrdering is a number": { saw: "500 Unknown", why: "fails with 500" },
  "PutRecords: a call has 1 to 500 entries": {
    notRun: "no limit: 501 are taken, and a call with none",
  },
  "PutRecords: a call of 6 MiB is fine: the limit is 10 MiB, and no longer 5 MiB": {
    notRun: "taken, after several seconds",
  },
  "PutRecords: data and partition keys of a call are 10 MiB at most": {
    notRun: "no limit: 11 MiB are taken, after many seconds",
  },
  "PutRecord: data and partition key of a record are 1 MiB at most, where the stream's maximum is not raised": {
    notRun: "the key does not count: 1 MiB of data is taken, whatever the key",
  },
  "PutRecord: a partition key counts with its bytes in UTF-8": { notRun: "the key does not count" },
  "PutRecords: one record over the maximum refuses the call: an entry fails by throttling or by an internal failure only":
    { notRun: "that entry fails by InvalidArgumentException, the others are stored" },
  "PutRecord: a partition key has 1 to 256 characters, not bytes": {
    saw: {
      "": INVALID,
      "256 characters": "accepted",
      "256 characters of two bytes": "accepted",
      "257 characters": INVALID,
    },
    why: IN_ITS_PLACE,
  },
  "UpdateMaxRecordSize: it raises the maximum of a record: 2 MiB are refused before, stored and read back after": {
    notRun: "as AWS, but it takes seconds",
  },
  "UpdateMaxRecordSize: a record may be 10 MiB": {
    notRun: "taken in 14 to 17 s; GetRecords fails with 500 for ever once it comes to it",
  },
  "UpdateMaxRecordSize: the maximum is 1,024 to 10,240 KiB": {
    saw: { 1_023: INVALID, 10_241: INVALID },
    why: IN_ITS_PLACE,
  },
  "GetShardIterator: AT_TIMESTAMP in the future is refused": { saw: "accepted", why: "taken" },
  "GetShardIterator: a number between two records is a place to start at": {
    saw: "threw ResourceNotFoundException",
    why: "ResourceNotFoundException: only the number of a record will do",
  },
  "GetShardIterator: a sequence number of another shard is refused": { saw: "accepted", why: "taken" },
  "GetShardIterator: a number that is no sequence number is refused": {
    saw: { "123": "accepted", first: INVALID },
    why: "123 is taken; InvalidArgumentException for what is no number",
  },
  "GetShardIterator: TRIM_HORIZON and LATEST take no sequence number": {
    saw: { TRIM_HORIZON: "accepted", LATEST: "accepted" },
    why: "ignored",
  },
  "GetShardIterator: an unknown type is refused": {
    saw: "SerializationException",
    why: "SerializationException instead",
  },
  "GetShardIterator: a closed shard's EndingSequenceNumber is a place to start at: its end": {
    saw: { at: "ResourceNotFoundException", after: "ResourceNotFoundException", records: [] },
    why: "ResourceNotFoundException",
  },
  "GetShardIterator: it lives for five minutes": {
    notRun: "300 s of the wall's time: good after 299 s, expired after 302 s",
  },
  "GetShardIterator: AT_SEQUENCE_NUMBER of a record that was trimmed starts with the oldest one left": {
    notRun: "never trims",
  },
  "GetRecords: what is no iterator is refused": {
    saw: { garbage: "500 Unknown", "of 513 characters": "500 Unknown" },
    why: "fails with 500",
  },
  "GetRecords: a page holds 10 MiB at most, and the next one the rest": {
    notRun: "12 MiB take it 9 s: 9 records in the first page",
  },
  "GetRecords: a record is there for the retention of 24 hours, and then no longer": { notRun: "never trims" },
  "SplitShard: a stream that is UPDATING cannot be resharded again": {
    saw: oneOf(
      { SplitShard: "ResourceInUseException", MergeShards: "ResourceInUseException" },
      { SplitShard: "ResourceInUseException", MergeShards: "accepted" },
      { SplitShard: "accepted", MergeShards: "ResourceInUseException" },
    ),
    why: "a second one may be taken",
  },
  "SplitShard: the new starting hash key lies within the shard, above its start": {
    saw: { start: "accepted", below: "ResourceInUseException", above: "ResourceInUseException" },
    why: "splits off an empty range at the start",
  },
  "SplitShard: a shard that was split or merged is refused": {
    saw: { MergeShards: "ResourceInUseException", SplitShard: "ResourceInUseException" },
    why: "ResourceInUseException instead",
  },
  "SplitShard: a stream on demand is not split, merged or updated by hand": {
    saw: (seen) => JSON.stringify(seen).includes('"SplitShard":"accepted"'),
    why: "split as any other",
  },
  "UpdateShardCount: from 2 to 3: open shards of equal size, whatever splits and merges that takes": {
    saw: { open: 3, equal: false, lineage: true },
    why: "two halves, one of them split again",
  },
  "UpdateShardCount: more than double and less than half is refused": {
    saw: { "4 to 9": INVALID, "4 to 1": INVALID },
    why: IN_ITS_PLACE,
  },
  "UpdateShardCount: ten times in 24 hours, and no more": { notRun: "no such limit" },
  "DecreaseStreamRetentionPeriod: records older than the new retention are gone; a later increase does not bring them back":
    { notRun: "never trims" },
  "DescribeAccountSettings: there is no billing commitment until the account has made one": {
    saw: undefined,
    why: "not told",
  },
  "UpdateAccountSettings: it answers with the settings from now on, and DescribeAccountSettings has them": {
    saw: { answer: undefined, described: "ENABLED", since: true },
    why: "the answer is empty",
  },
  "UpdateStreamWarmThroughput: it needs a stream on demand, and an account with a billing commitment": {
    saw: { provisioned: "refused", "without commitment": "accepted", "with it": "accepted" },
    why: "without a commitment too",
  },
  "UpdateStreamWarmThroughput: the stream is UPDATING, then its summary has the new throughput": {
    saw: { answer: 10, statuses: ["ACTIVE"], stream: 10 },
    why: "at once, and never UPDATING",
  },
  "AddTagsToStream: 50 tags may be added by one call": { saw: "refused", why: "10" },
  "PutResourcePolicy: what is no JSON is refused": { saw: "accepted", why: "taken" },
  "RegisterStreamConsumer: no more than five consumers are CREATING at a time": {
    saw: (seen) => JSON.stringify(seen).startsWith('{"accepted":'),
    why: "misses calls that come together",
  },
  "ListStreamConsumers: MaxResults and NextToken page through the consumers; the last page has no NextToken": {
    saw: { sizes: [2], names: ["a", "b"] },
    why: "no NextToken: the third is never seen",
  },
  "ListStreamConsumers: a NextToken together with a time of creation is refused": {
    saw: "no NextToken",
    why: "no NextToken",
  },
  "DeregisterStreamConsumer: a consumer goes by its ARN, and by the stream's ARN and its name": { notRun: STAYS },
  "DeregisterStreamConsumer: a consumer of the same name has another ARN, since its ARN holds the time": {
    notRun: STAYS,
  },
  "SubscribeToShard: the start needs the number or the time that its type is about": {
    saw: { AT_SEQUENCE_NUMBER: "accepted", AT_TIMESTAMP: "accepted" },
    why: "starts somewhere",
  },
  "SubscribeToShard: after 5 s, a second subscription takes over, and the first one ends": {
    notRun: "the first one stays, the second is refused",
  },
  "SubscribeToShard: a shard pushes 2 MiB a second to each consumer: 7 MiB take about three seconds": {
    notRun: "no rates",
  },
  "SubscribeToShard: a subscription ends after 5 minutes": {
    notRun: "300 s of the wall's time: it ends after 300.1 s",
  },
  "SubscribeToShard: a split during a subscription: ChildShards in the last event, and none before; then it ends": {
    saw: { records: ["a", "b"], childShards: [], inTheLastEvent: false, end: "goes on" },
    why: NO_SHARD_END,
  },
  "SubscribeToShard: a closed shard gives its records, then ChildShards, and ends": {
    saw: { records: ["a", "b"], childShards: [], inTheLastEvent: false, end: "goes on" },
    why: NO_SHARD_END,
  },
  "SubscribeToShard: the last event of a shard has no ContinuationSequenceNumber": { saw: "one", why: NO_SHARD_END },
  "SubscribeToShard: an unknown consumer and an unknown shard are not found": {
    saw: { consumer: "ResourceNotFoundException", shard: "accepted" },
    why: "events without records for an unknown shard",
  },
  "SubscribeToShard: a consumer that is CREATING cannot read yet": { saw: "accepted", why: "it can" },
  "PutRecords: a shard takes 1,000 records a second: the entries beyond fail, each by itself; the shard beside it takes more":
    { notRun: NO_RATES },
  "PutRecords: a shard takes 1 MiB a second, data and partition keys": { notRun: NO_RATES },
  "PutRecords: the message of a throttled entry names account, stream and shard": { notRun: NO_RATES },
  "PutRecord: beyond the rate of a shard the call fails": { notRun: NO_RATES },
  "GetRecords: a shard answers five calls a second": {
    saw: { first: ["accepted"], sixth: "accepted" },
    why: "no rates",
  },
  "GetRecords: after more than 2 MiB, the calls of the next second fail; after 10 MiB, those of the next five": {
    notRun: "no rates",
  },
  "GetRecords: a second later all of it may be had again": { notRun: "no rates" },
  "ListShards: 1,000 calls a second for a stream": { notRun: "no rates" },
  "DescribeStream: 10 calls a second for an account": { notRun: "no rates" },
  "ListStreams: 5 calls a second for an account": { notRun: "no rates: 40 at once are answered" },
  "DescribeLimits: one call a second for an account": { notRun: "no rates: 40 at once are answered" },
  "GetShardIterator: 5 calls a second for a shard": { notRun: "no rates" },
  "ListShards: a NextToken is good for 300 s": { notRun: "300 s of the wall's time" },
  "ListStreamConsumers: a NextToken is good for 300 s": { notRun: "no NextToken" },
};
