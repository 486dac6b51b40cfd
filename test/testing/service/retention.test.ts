// How long records can be read.

import {
  DecreaseStreamRetentionPeriodCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { CHANGE_MS, type ControlPlane, HOUR, open, outcome, STREAM, statuses, summary } from "./control-plane.ts";

function increase({ client }: ControlPlane, RetentionPeriodHours: number): Promise<unknown> {
  return client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours }));
}

function decrease({ client }: ControlPlane, RetentionPeriodHours: number): Promise<unknown> {
  return client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours }));
}

async function texts({ client }: ControlPlane): Promise<string[]> {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamName: STREAM,
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data }) => Buffer.from(Data!).toString());
}

describe("the retention period", () => {
  it("is 24 hours, and another once the stream is ACTIVE again", async () => {
    const plane = open();
    expect((await summary(plane)).RetentionPeriodHours).toBe(24);
    await increase(plane, 48);
    expect((await summary(plane)).RetentionPeriodHours).toBe(24);
    expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
    expect((await summary(plane)).RetentionPeriodHours).toBe(48);
    await decrease(plane, 24);
    await plane.clock.advance(CHANGE_MS);
    expect((await summary(plane)).RetentionPeriodHours).toBe(24);
  });

  it("that it has already is taken and changes nothing", async () => {
    const plane = open();
    expect([await outcome(increase(plane, 24)), await outcome(decrease(plane, 24))]).toEqual(["accepted", "accepted"]);
    expect((await summary(plane)).StreamStatus).toBe("ACTIVE");
  });

  it.each([
    [increase, 23, "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."],
    [decrease, 23, "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."],
    [
      increase,
      8_761,
      "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
    ],
    [
      increase,
      47,
      "Requested retention period (47 hours) for stream orders can not be shorter than existing retention period " +
        "(48 hours). Use DecreaseRetentionPeriod API.",
    ],
    [
      decrease,
      72,
      "Requested retention period (72 hours) for stream orders can not be longer than existing retention period " +
        "(48 hours). Use IncreaseRetentionPeriod API.",
    ],
  ])("$name to %i hours is refused", async (change, hours, message) => {
    const plane = open();
    await increase(plane, 48);
    await plane.clock.advance(CHANGE_MS);
    expect(await outcome(change(plane, hours))).toBe(`InvalidArgumentException: ${message}`);
  });

  it("is not changed twice at once", async () => {
    const plane = open();
    await increase(plane, 48);
    expect(await outcome(increase(plane, 72))).toMatch(/^ResourceInUseException: .* instead in state UPDATING$/);
  });

  it("8,760 hours keep a record for a year", async () => {
    const plane = open();
    await plane.client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: "a", Data: Buffer.from("old") }));
    await increase(plane, 8_760);
    await plane.clock.advance(8_759 * HOUR);
    expect(await texts(plane)).toEqual(["old"]);
    await plane.clock.advance(2 * HOUR);
    expect(await texts(plane)).toEqual([]);
  });

  it("increased, it doesn't bring back what had left; decreased, it lets more leave", async () => {
    const plane = open();
    const put = (text: string) =>
      plane.client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: "a", Data: Buffer.from(text) }));
    await put("first");
    await plane.clock.advance(25 * HOUR);
    await put("second");
    await increase(plane, 72);
    await plane.clock.advance(48 * HOUR);
    await put("third");
    expect(await texts(plane)).toEqual(["second", "third"]);
    await decrease(plane, 24);
    await plane.clock.advance(CHANGE_MS);
    expect(await texts(plane)).toEqual(["third"]);
  });
});
