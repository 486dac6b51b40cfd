// Events, short enough to read: a text is a plain Kinesis record, a list of texts an aggregate of them. A text is the data;
// what stands before its first dot is its partition key.

import { vi } from "vitest";
import type { KinesisEventRecordLike } from "../../src/lambda/index.ts";
import {
  type KinesisEvent,
  type KinesisEventInput,
  type KinesisEventOptions,
  type KinesisEventWindow,
  type KinesisTumblingWindowEvent,
  makeKinesisEvent,
} from "../../src/testing/index.ts";
import { encodeAsKpl } from "../oracle/encode.ts";

export type Parent = string | readonly string[];

export function userRecordOf(text: string): { partitionKey: string; data: string } {
  return { partitionKey: text.split(".")[0]!, data: text };
}

export function eventOf(parents: readonly Parent[], options: KinesisEventOptions = {}): KinesisEvent {
  return makeKinesisEvent(parents.map(kinesisRecordOf), options);
}

/** Of a window from the epoch on, of a minute. */
export function windowEventOf(
  parents: readonly Parent[],
  window: Partial<KinesisEventWindow> = {},
): KinesisTumblingWindowEvent {
  const minute = { start: new Date(0), end: new Date(60_000) };
  return makeKinesisEvent(parents.map(kinesisRecordOf), { window: { ...minute, ...window } });
}

function kinesisRecordOf(parent: Parent): KinesisEventInput {
  if (typeof parent === "string") return userRecordOf(parent);
  return { Data: encodeAsKpl(parent.map(userRecordOf)), PartitionKey: "a" };
}

/** The same with other sequence numbers, or in another order. */
export function numbered(event: KinesisEvent, sequenceNumbers: readonly string[]): KinesisEvent {
  const Records = event.Records.map((record, index) => {
    const sequenceNumber = sequenceNumbers[index]!;
    const eventID = `${record.eventID.split(":")[0]}:${sequenceNumber}`;
    return { ...record, eventID, kinesis: { ...record.kinesis, sequenceNumber } };
  });
  return { ...event, Records };
}

/** The same with one Kinesis record's data: bytes, or what is no base64. */
export function withData(event: KinesisEvent, index: number, data: unknown): KinesisEvent {
  const text = data instanceof Uint8Array ? Buffer.from(data).toString("base64") : (data as string);
  const Records = event.Records.map((record, at) =>
    at === index ? { ...record, kinesis: { ...record.kinesis, data: text } } : record,
  );
  return { ...event, Records };
}

/** What Lambda brings again: the record that is named, and all whose number is higher. */
export function redelivered(event: KinesisEvent, identifier: string): KinesisEvent {
  const Records = event.Records.filter(({ kinesis }) => BigInt(kinesis.sequenceNumber) >= BigInt(identifier));
  return { ...event, Records };
}

export function numberOf(event: { readonly Records: readonly KinesisEventRecordLike[] }, index: number): string {
  return event.Records[index]!.kinesis.sequenceNumber;
}

/** The reply that names one Kinesis record of the event. */
export function reporting(
  event: KinesisEvent,
  index: number | undefined,
): { batchItemFailures: { itemIdentifier: string }[] } {
  return { batchItemFailures: index === undefined ? [] : [{ itemIdentifier: numberOf(event, index) }] };
}

export interface TestContext {
  getRemainingTimeInMillis(): number;
}

/** Time left, as asked for it the first time, the second, …; the last stays. */
export function contextOf(...ms: readonly number[]): TestContext {
  let asked = 0;
  return { getRemainingTimeInMillis: () => ms[Math.min(asked++, ms.length - 1)]! };
}

/** The function's log: what a test brings about need not stand in its output. */
export function logged(): unknown[][] {
  const lines: unknown[][] = [];
  vi.spyOn(console, "error").mockImplementation((...shown: unknown[]) => void lines.push(shown));
  return lines;
}
