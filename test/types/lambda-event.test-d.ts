// Compiled, never run: an event of ours goes where @types/aws-lambda wants one, and what AWS gives goes into an event.

import type { GetRecordsCommandOutput, SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type {
  Context,
  KinesisStreamEvent,
  KinesisStreamHandler,
  KinesisStreamRecord,
  KinesisStreamTumblingWindowEvent,
  KinesisStreamTumblingWindowHandler,
} from "aws-lambda";
import type { PackedEntry, UserRecord, UserRecordInput } from "kpl-kit";
import {
  type KinesisEvent,
  type KinesisEventOptions,
  type KinesisEventRecord,
  type KinesisTumblingWindowEvent,
  makeKinesisEvent,
} from "kpl-kit/testing";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(_: Equal<A, B>): void;

declare const userRecords: readonly UserRecordInput[];
declare const entries: readonly PackedEntry[];
declare const page: GetRecordsCommandOutput;
declare const pushed: SubscribeToShardEvent;
declare const context: Context;
declare const handler: KinesisStreamHandler;
declare const windowHandler: KinesisStreamTumblingWindowHandler;
declare const window: { start: Date; end: Date; state?: { total: number } };
declare const options: KinesisEventOptions;

// ---- An event of ours is Lambda's.

const event: KinesisStreamEvent = makeKinesisEvent(userRecords);
const record: KinesisStreamRecord | undefined = makeKinesisEvent(userRecords).Records[0];
const windowed: KinesisStreamTumblingWindowEvent = makeKinesisEvent(userRecords, { window });
void handler(makeKinesisEvent(userRecords), context, () => undefined);
void windowHandler(makeKinesisEvent(userRecords, { window }), context, () => undefined);
same<ReturnType<typeof makeKinesisEvent>, KinesisEvent>(true);
const { state, shardId, isFinalInvokeForWindow }: KinesisTumblingWindowEvent = makeKinesisEvent([], { window });
same<keyof KinesisEventRecord, keyof KinesisStreamRecord>(true);
same<keyof KinesisEventRecord["kinesis"], keyof KinesisStreamRecord["kinesis"]>(true);

// ---- What we and AWS give goes in.

makeKinesisEvent(entries);
makeKinesisEvent(page.Records ?? []);
makeKinesisEvent(pushed.Records ?? []);
makeKinesisEvent(new Set(userRecords), { aggregate: { groupBy: "none", maxSize: 25_000 } });
makeKinesisEvent([...userRecords, ...entries, { Data: new Uint8Array(), PartitionKey: "k", SequenceNumber: "5" }]);

// ---- What is wrong does not compile.

// @ts-expect-error groupBy has no default
makeKinesisEvent(userRecords, { aggregate: {} });
// @ts-expect-error a record is bytes and a key, not text
makeKinesisEvent(["paid"]);
// @ts-expect-error data is bytes or text
makeKinesisEvent([{ partitionKey: "k", data: 5 }]);
// @ts-expect-error without a window there is no state
void makeKinesisEvent(userRecords, { region: "eu-west-1" }).state;
// @ts-expect-error a window has an end
makeKinesisEvent(userRecords, { window: { start: new Date() } });
// @ts-expect-error times are Dates
makeKinesisEvent(userRecords, { arrivalStart: 5 });
// @ts-expect-error no such option
makeKinesisEvent(userRecords, { shard: "shardId-0" });
// @ts-expect-error a user record may lack its partition key
makeKinesisEvent([{} as UserRecord]);
void [event, record, windowed, state, shardId, isFinalInvokeForWindow, options];
