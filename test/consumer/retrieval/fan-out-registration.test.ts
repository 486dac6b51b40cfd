// The consumer that a reader subscribes as.

import {
  DeregisterStreamConsumerCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { registerConsumer } from "../../../src/consumer/retrieval/index.ts";
import { FanOut } from "./fan-out.ts";

const streamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
const consumersOf = async ({ kinesis }: FanOut): Promise<(string | undefined)[]> =>
  (await kinesis.send(new ListStreamConsumersCommand({ StreamARN: streamARN }))).Consumers!.map(
    ({ ConsumerARN }) => ConsumerARN,
  );

describe("a consumer is registered", () => {
  it("where it is not there yet, and waited for until it is ACTIVE", async () => {
    const fanOut = new FanOut({ transitionMs: 30_000 });
    await fanOut.clock.advance(30_000);
    const startedMs = fanOut.clock.monotonicMs();
    const arn = await fanOut.run(fanOut.register("billing"));
    expect(fanOut.clock.monotonicMs() - startedMs).toBe(30_000);
    expect(await consumersOf(fanOut)).toEqual([arn]);
    expect(fanOut.eventsOf("call-failed"), "that it was not there is no failure").toEqual([]);
  });

  it("not again where it is there", async () => {
    const fanOut = new FanOut();
    const arn = await fanOut.run(fanOut.register("billing"));
    expect(await fanOut.run(fanOut.register("billing"))).toBe(arn);
    expect(await consumersOf(fanOut)).toEqual([arn]);
  });

  it("once, though two processes do it at the same time", async () => {
    const fanOut = new FanOut({ latencyMs: 10, transitionMs: 5_000 });
    const both = Promise.all([fanOut.register("billing"), fanOut.register("billing")]);
    const [mine, others] = await fanOut.run(both);
    expect(mine).toBe(others);
    expect(await fanOut.run(consumersOf(fanOut))).toEqual([mine]);
  });

  it("anew where it is being deleted, with as much patience again", async () => {
    const fanOut = new FanOut({ transitionMs: 45_000 });
    const old = await fanOut.run(fanOut.register("billing"));
    await fanOut.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN: old }));
    const arn = await fanOut.run(fanOut.register("billing"));
    expect(arn).not.toBe(old);
    expect(await consumersOf(fanOut)).toEqual([arn]);
  });

  it("by the stream's ARN, where it is known, without asking for it", async () => {
    const fanOut = new FanOut();
    fanOut.local.faults.inject({
      action: "DescribeStreamSummary",
      fault: { kind: "error", name: "AccessDeniedException" },
    });
    const consumer = { streamName: "orders", streamARN, consumerName: "billing" };
    await fanOut.run(registerConsumer(fanOut.context, consumer));
    expect(fanOut.local.faults.log).toEqual([]);
  });

  it("through throttles", async () => {
    const fanOut = new FanOut();
    for (const action of ["DescribeStreamSummary", "DescribeStreamConsumer", "RegisterStreamConsumer"] as const) {
      fanOut.local.faults.inject({ action, fault: { kind: "error", name: "LimitExceededException" }, times: 3 });
    }
    await fanOut.run(fanOut.register("billing"));
    expect(fanOut.local.faults.unused).toEqual([]);
    expect(fanOut.eventsOf("call-failed")).toHaveLength(9);
  });
});

describe("it is given up", () => {
  it("where the stream has as many consumers as it may have", async () => {
    const fanOut = new FanOut({ limits: { consumersPerStream: 1 } });
    await fanOut.kinesis.send(new RegisterStreamConsumerCommand({ StreamARN: streamARN, ConsumerName: "other" }));
    await expect(fanOut.run(fanOut.register("billing"))).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      operation: "RegisterStreamConsumer",
      cause: { name: "LimitExceededException" },
    });
    expect(fanOut.eventsOf("call-failed")).toHaveLength(10);
  });

  it("after a minute in which it has not become ACTIVE", async () => {
    const fanOut = new FanOut({ transitionMs: 3_600_000 });
    const startedMs = fanOut.clock.monotonicMs();
    await expect(fanOut.run(fanOut.register("billing"))).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      message: expect.stringContaining("billing is CREATING"),
    });
    expect(fanOut.clock.monotonicMs() - startedMs).toBe(60_000);
  });

  it("where it is never seen, though it is there", async () => {
    const fanOut = new FanOut();
    fanOut.local.faults.inject({
      action: "DescribeStreamConsumer",
      fault: { kind: "error", name: "ResourceNotFoundException" },
      times: 1_000,
    });
    await expect(fanOut.run(fanOut.register("billing"))).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      cause: { name: "ResourceInUseException" },
    });
    expect(await consumersOf(fanOut)).toHaveLength(1);
  });

  it("where it disappears as often as it is registered", async () => {
    const fanOut = new FanOut();
    let registrations = 0;
    const calls = {
      ...fanOut.calls,
      describeStreamConsumer: async (): Promise<never> => {
        throw Object.assign(new Error("gone"), { name: "ResourceNotFoundException" });
      },
      registerStreamConsumer: async (): Promise<never> => {
        if (++registrations > 10) throw Object.assign(new Error("enough"), { name: "AccessDeniedException" });
        return {} as never;
      },
    };
    const consumer = { streamName: "orders", consumerName: "billing" };
    await expect(fanOut.run(registerConsumer({ ...fanOut.context, calls }, consumer))).rejects.toMatchObject({
      operation: "DescribeStreamConsumer",
      message: expect.stringContaining("billing is not there"),
    });
    expect(registrations).toBe(10);
  });

  it("where there is no such stream", async () => {
    const fanOut = new FanOut();
    const registering = registerConsumer(fanOut.context, { streamName: "payments", consumerName: "billing" });
    await expect(fanOut.run(registering)).rejects.toMatchObject({
      code: "KPL_KIT_READ_FAILED",
      operation: "DescribeStreamSummary",
    });
  });

  it("where the caller may not", async () => {
    const fanOut = new FanOut();
    fanOut.local.faults.inject({
      action: "RegisterStreamConsumer",
      fault: { kind: "error", name: "AccessDeniedException" },
    });
    await expect(fanOut.run(fanOut.register("billing"))).rejects.toMatchObject({ operation: "RegisterStreamConsumer" });
  });

  it("at a stop, with its reason", async () => {
    const fanOut = new FanOut({ transitionMs: 30_000 });
    await fanOut.clock.advance(30_000);
    const outcome = fanOut.register("billing").catch((error: unknown) => error);
    await fanOut.clock.advance(10_500);
    fanOut.stop.abort(fanOut);
    expect(await outcome).toBe(fanOut);
    expect(fanOut.clock.pending).toBe(0);
  });
});
