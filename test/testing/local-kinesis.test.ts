// What belongs to the whole and not to one of its parts: options, and the end.

import { DescribeLimitsCommand, GetRecordsCommand, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { LocalKinesis, VirtualClock } from "../../src/testing/index.ts";

const closed = expect.objectContaining({ code: "KPL_KIT_LOCAL_KINESIS_CLOSED" }) as Error;

describe("options", () => {
  it.each([
    [{ accountId: "7" }, 'accountId must be twelve digits; it is "7"'],
    [{ region: "" }, "region must be a region's name"],
    [{ transitionMs: -1 }, "transitionMs must be a finite number of milliseconds from 0; it is -1"],
    [{ heartbeatMs: 0 }, "heartbeatMs must be a finite number of milliseconds from 1; it is 0"],
    [{ latencyMs: Number.NaN }, "latencyMs must be a finite number of milliseconds from 0; it is NaN"],
    [{ shardEnd: "later" as never }, 'shardEnd must be "with-last-records" or "after-last-records"; it is "later"'],
    [{ limits: "none" as never }, 'limits must be "aws", "off", or an object of limits; it is "none"'],
    [{ limits: { writeRecords: 7 } as never }, "limits.writeRecords must be absent"],
    [
      { limits: { readCallsPerSecond: -5 } },
      "limits.readCallsPerSecond must be a number from 0, or Infinity; it is -5",
    ],
    [{ seed: 0.5 }, "seed must be an integer"],
  ])("refuses %j", (options, message) => {
    expect(() => new LocalKinesis(options)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining(message) as string }),
    );
  });

  it("gives streams from the start, in the account and the region that it is told", async () => {
    const local = new LocalKinesis({
      streams: { orders: 2, bills: 1 },
      accountId: "111122223333",
      region: "eu-west-1",
    });
    onTestFinished(() => local.close());
    const { StreamSummaries = [] } = await local.client().send(new ListStreamsCommand({}));
    expect(StreamSummaries.map(({ StreamARN, StreamStatus }) => [StreamARN, StreamStatus])).toEqual([
      ["arn:aws:kinesis:eu-west-1:111122223333:stream/bills", "ACTIVE"],
      ["arn:aws:kinesis:eu-west-1:111122223333:stream/orders", "ACTIVE"],
    ]);
  });
});

describe("latencyMs", () => {
  it("is how long a call takes, there and back", async () => {
    const clock = new VirtualClock();
    const local = new LocalKinesis({ clock, latencyMs: (action) => (action === "DescribeLimits" ? 80 : 0) });
    onTestFinished(() => local.close());
    const startedAt = clock.now();
    await clock.runUntil(local.client().send(new DescribeLimitsCommand({})));
    expect(clock.now() - startedAt).toBe(80);
  });
});

describe("close()", () => {
  it("ends calls that wait, refuses those that come later, and may be called again", async () => {
    const clock = new VirtualClock();
    const local = new LocalKinesis({ clock, latencyMs: 1_000 });
    const kinesis = local.client();
    const waits = expect(kinesis.send(new DescribeLimitsCommand({}))).rejects.toMatchObject({ code: "ECONNRESET" });
    await local.close();
    await waits;
    await expect(kinesis.send(new GetRecordsCommand({ ShardIterator: "x" }))).rejects.toEqual(closed);
    await local.close();
    expect(clock.pending).toBe(0);
  });

  it("leaves no port to a listen() that is still under way, nor to one that comes later", async () => {
    const local = new LocalKinesis();
    const late = expect(local.listen()).rejects.toEqual(closed);
    await local.close();
    await late;
    await expect(local.listen()).rejects.toEqual(closed);
    // Node lets go of a port a moment after it said so.
    await expect.poll(() => process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
  });
});
