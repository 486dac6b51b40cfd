// Calls that wait, in virtual time: what ends the waiting, and what is left of it.

import { getEventListeners } from "node:events";
import { ListStreamsCommand, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { open, rejection, underWay } from "./local.ts";

const put = new PutRecordCommand({ StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") });

/** How a promise stands, without waiting for it. */
async function standOf(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    () => "resolved",
    (error: unknown) => (error as Error).name,
  );
  return await Promise.race([settled, new Promise<string>((resolve) => setImmediate(resolve, "pending"))]);
}

describe("a call's timeout", () => {
  it("is that of the client, by the clock; the service does its work all the same", async () => {
    const { client, clock, local } = open({ requestTimeoutMs: 3_000 });
    local.faults.inject({ fault: { kind: "slow", ms: 10_000 } });
    const answer = underWay(client.send(put));
    await clock.advance(2_999);
    expect(await standOf(answer)).toBe("pending");
    await clock.advance(1);
    expect(await rejection(answer)).toMatchObject({
      name: "TimeoutError",
      code: "ETIMEDOUT",
      message: "a request has exceeded the configured 3000 ms requestTimeout.",
    });
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(0);
    await clock.advance(7_000);
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(1);
  });

  it("is the call's own where it has one", async () => {
    const { client, clock, local } = open({ requestTimeoutMs: 3_000 });
    local.faults.inject({ fault: { kind: "slow", ms: 10_000 }, times: 2 });
    const answers = [client.send(put, { requestTimeout: 20_000 }), client.send(put, { requestTimeout: 1_000 })];
    const [long, short] = answers.map(standOf);
    await clock.advance(1_000);
    expect(await standOf(answers[1]!)).toBe("TimeoutError");
    await clock.advance(9_000);
    expect(await standOf(answers[0]!)).toBe("resolved");
    await Promise.all([long, short]);
  });

  it("leaves no timer once the answer is there, or the refusal", async () => {
    const { client, clock, local } = open({ requestTimeoutMs: 3_000 });
    await client.send(put);
    expect(clock.pending).toBe(0);
    local.faults.inject({ fault: { kind: "reset", when: "after" } });
    await rejection(client.send(put));
    expect(clock.pending).toBe(0);
  });
});

describe("a lost answer", () => {
  it("is waited for without end, until the call is aborted", async () => {
    const { client, clock, local } = open();
    local.faults.inject({ fault: { kind: "lost" } });
    const controller = new AbortController();
    const answer = underWay(client.send(put, { abortSignal: controller.signal }));
    await clock.advance(86_400_000);
    expect(await standOf(answer)).toBe("pending");
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(1);
    controller.abort();
    expect(await standOf(answer)).toBe("AbortError");
  });

  it("or until the stream is closed", async () => {
    const { client, local } = open();
    local.faults.inject({ fault: { kind: "lost" } });
    const answer = underWay(client.send(put));
    await local.close();
    expect(await rejection(answer)).toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
  });
});

describe("a signal", () => {
  it("ends a call that is still on its way, which then is not made", async () => {
    const { client, clock, local } = open({ latencyMs: 100 });
    const controller = new AbortController();
    const answer = underWay(client.send(put, { abortSignal: controller.signal }));
    await clock.advance(49);
    controller.abort();
    expect(await standOf(answer)).toBe("AbortError");
    await clock.advance(1_000);
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(0);
  });

  it("is left alone afterwards: thousands of calls may share one", async () => {
    const { client, local } = open();
    const { signal } = new AbortController();
    local.faults.inject({ fault: { kind: "reset", when: "before" } });
    await rejection(client.send(put, { abortSignal: signal }));
    await client.send(new ListStreamsCommand({}), { abortSignal: signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});
