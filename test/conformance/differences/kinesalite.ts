// kinesalite 3.3.3: the API of before ARNs, filters, pages of shards and records beyond 1 MiB.

import { type Difference, type Differences, oneOf } from "../difference.ts";

const NO_FILTER: Difference = { saw: [0, 1, 2, 3], why: "ignores every filter" };
const NO_TOKEN: Difference = { saw: "no NextToken", why: "no NextToken" };
const NO_RATES = "no rates";

export const kinesaliteDifferences: Differences = {
  "CreateStream: a stream on demand needs no number of shards, and begins with the 4 that take 4 MB/s": {
    saw: "threw ValidationException",
    why: "no streams on demand",
  },
  "CreateStream: no more than five streams are CREATING at a time": {
    saw: { accepted: 7, refusedWith: [] },
    why: "no such limit",
  },
  "CreateStream: tags given to it are there from the start": { saw: [], why: "loses them" },
  "CreateStream: it sets the maximum record size": { saw: undefined, why: "ignored" },
  "CreateStream: the maximum record size is 1,024 KiB where nothing is said": { saw: undefined, why: "not told" },
  "CreateStream: a maximum record size is refused below 1,024 KiB and above 10,240 KiB": {
    saw: { 1_023: "accepted", 10_241: "ResourceInUseException" },
    why: "ignored: the first of the two makes the stream",
  },
  "DescribeStream: it tells name, ARN, status, mode, retention, encryption, metrics and time of creation": {
    saw: {
      name: "orders",
      arn: "arn:aws:kinesis:us-east-1:ACCOUNT:stream/orders",
      status: "ACTIVE",
      retentionHours: 24,
      encryption: "NONE",
      metrics: [[]],
      createdWithinAMinute: true,
      hasMoreShards: false,
    },
    why: "no mode",
  },
  "DescribeStream: Limit and ExclusiveStartShardId page through the shards; HasMoreShards tells whether there are more":
    { saw: [{ shards: [0, 1, 2, 3, 4], more: false }], why: "all shards at once" },
  "ListStreams: NextToken pages through the names too": NO_TOKEN,
  "ListStreams: each name comes with ARN, status, mode and time of creation": { saw: [], why: "names only" },
  "PutRecord: a StreamARN stands for the name, in PutRecords, GetShardIterator and GetRecords too": {
    saw: "threw ValidationException",
    why: "no StreamARN",
  },
  "DescribeStreamSummary: a StreamARN stands for the name, in DescribeStream, ListShards and the calls that change a stream too":
    {
      saw: {
        DescribeStreamSummary: "ValidationException",
        DescribeStream: "ValidationException",
        ListShards: "InvalidArgumentException",
        ListTagsForStream: "ValidationException",
        IncreaseStreamRetentionPeriod: "ValidationException",
        SplitShard: "ValidationException",
      },
      why: "no StreamARN",
    },
  "ListShards: MaxResults and NextToken page through the shards; the last page has no NextToken": {
    saw: [[0, 1, 2, 3, 4]],
    why: "all shards at once",
  },
  "ListShards: NextToken together with a name, a shard to start at or a time of creation is refused": NO_TOKEN,
  "ListShards: neither a name nor a NextToken, or a NextToken of nobody, is refused": {
    notRun: "a NextToken ends its process",
  },
  "ListShards: the next page keeps the filter of the first": NO_TOKEN,
  "ListShards: AT_TRIM_HORIZON gives the shards that were open at the trim horizon": NO_FILTER,
  "ListShards: AT_LATEST gives the shards that are open now": NO_FILTER,
  "ListShards: AFTER_SHARD_ID gives the shards behind that one": NO_FILTER,
  "ListShards: AT_TIMESTAMP before a split gives the parent, and no child": NO_FILTER,
  "ListShards: AT_TIMESTAMP after a split gives the children, and no parent": NO_FILTER,
  "ListShards: FROM_TIMESTAMP after a split leaves out the parent": NO_FILTER,
  "ListShards: a filter without the shard or the time that it is about is refused": {
    saw: { AFTER_SHARD_ID: "accepted", AT_TIMESTAMP: "accepted", FROM_TIMESTAMP: "accepted" },
    why: "ignores every filter",
  },
  "PutRecord: an explicit hash key is a number in decimal digits without a leading zero, sign or space": {
    saw: {
      "01": "accepted",
      "-1": "InvalidArgumentException",
      "+1": "accepted",
      " 1": "accepted",
      "0x10": "accepted",
      "1e3": "accepted",
      "": "ValidationException",
      [`1${"0".repeat(39)}`]: "ValidationException",
    },
    why: "takes whatever begins with 0 or ends in a digit, 0x10 and 1e3 too; InvalidArgumentException for -1",
  },
  "PutRecords: one bad explicit hash key refuses the call, and nothing of it is stored": {
    saw: { "01": "accepted", "2^128": "InvalidArgumentException", stored: ["good", "good", "good"] },
    why: "01 is taken",
  },
  "PutRecords: a call of 6 MiB is fine: the limit is 10 MiB, and no longer 5 MiB": {
    saw: "Unknown",
    why: "413 without an error, from 5.2 MiB on",
  },
  "PutRecords: data and partition keys of a call are 10 MiB at most": {
    saw: { "10 MiB": "Unknown", "10 MiB and a byte": "Unknown" },
    why: "413 without an error, from 5.2 MiB on",
  },
  "PutRecord: data and partition key of a record are 1 MiB at most, where the stream's maximum is not raised": {
    saw: { "1 MiB": "accepted", "1 MiB and a byte": "accepted" },
    why: "the key does not count",
  },
  "PutRecord: a partition key counts with its bytes in UTF-8": {
    saw: { "1 MiB": "accepted", "1 MiB and a byte": "accepted" },
    why: "the key does not count",
  },
  "GetShardIterator: AT_TIMESTAMP after the last record gives the records to come": {
    saw: "threw no answer",
    why: "never answers",
  },
  "GetShardIterator: it lives for five minutes": { notRun: "300 s of the wall's time" },
  "GetShardIterator: AT_SEQUENCE_NUMBER of a record that was trimmed starts with the oldest one left": {
    notRun: "24 h of the wall's time",
  },
  "GetRecords: a page holds 10 MiB at most, and the next one the rest": {
    saw: { records: 12, pages: 1, largestWithin: false },
    why: "12 MiB in one page",
  },
  "GetRecords: MillisBehindLatest is above 0 while records remain, and 0 at the tip": {
    saw: { whileSomeRemain: 0, atTheTip: 0 },
    why: "always 0",
  },
  "GetRecords: a record is there for the retention of 24 hours, and then no longer": {
    notRun: "24 h of the wall's time",
  },
  "GetRecords: at the end of a split shard, and not before, ChildShards names both children, their parent and ranges": {
    saw: { before: 0, atTheEnd: [] },
    why: "no ChildShards",
  },
  "GetRecords: at the end of either merged shard, ChildShards names the one child and both parents": {
    saw: [],
    why: "no ChildShards",
  },
  "SplitShard: a shard that was split or merged is refused": {
    saw: oneOf(
      { MergeShards: "accepted", SplitShard: "ResourceInUseException" },
      { MergeShards: "accepted", SplitShard: "accepted" },
    ),
    why: "a closed shard is merged and split again",
  },
  "IncreaseStreamRetentionPeriod: it sets the hours, up to 8,760": {
    saw: "threw ValidationException",
    why: "up to 168",
  },
  "IncreaseStreamRetentionPeriod: more than 8,760 hours, and fewer than there are, are refused": {
    saw: { "8,761 hours": "ValidationException", "24 after 48": "InvalidArgumentException" },
    why: "ValidationException",
  },
  "DecreaseStreamRetentionPeriod: records older than the new retention are gone; a later increase does not bring them back":
    { notRun: "a day of the wall's time" },
  "AddTagsToStream: 50 tags may be added by one call": { saw: "refused", why: "10" },
  "PutRecords: a shard takes 1,000 records a second: the entries beyond fail, each by itself; the shard beside it takes more":
    { saw: { firstThousand: [], beyond: [], allBeyond: false, otherShard: [] }, why: NO_RATES },
  "PutRecords: a shard takes 1 MiB a second, data and partition keys": {
    saw: { first: [], beyond: [] },
    why: NO_RATES,
  },
  "PutRecords: the message of a throttled entry names account, stream and shard": {
    saw: { account: false, stream: false, shard: false },
    why: NO_RATES,
  },
  "PutRecord: beyond the rate of a shard the call fails": { saw: ["accepted", "accepted"], why: NO_RATES },
  "GetRecords: a shard answers five calls a second": {
    saw: { first: ["accepted"], sixth: "accepted" },
    why: NO_RATES,
  },
  "GetRecords: after more than 2 MiB, the calls of the next second fail; after 10 MiB, those of the next five": {
    notRun: NO_RATES,
  },
  "GetRecords: a second later all of it may be had again": { notRun: NO_RATES },
  "ListShards: 1,000 calls a second for a stream": { notRun: NO_RATES },
  "DescribeStream: 10 calls a second for an account": { notRun: NO_RATES },
  "ListStreams: 5 calls a second for an account": { notRun: NO_RATES },
  "GetShardIterator: 5 calls a second for a shard": { notRun: NO_RATES },
  "ListShards: a NextToken is good for 300 s": { notRun: "no NextToken" },
};
