// A call on its way: what waits with it, and what is left when it never arrives.

import {
  ListStreamsCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { open, rejection } from "./in-process/local.ts";

const list = new ListStreamsCommand({});

describe("calls that wait", () => {
  it("may be many, without a warning of Node's", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    try {
      const { client, clock } = open({ latencyMs: 10 });
      const calls = Array.from({ length: 60 }, (_, call) =>
        client.send(list, call % 2 === 0 ? { abortSignal: new AbortController().signal } : {}),
      );
      const settled = Promise.allSettled(calls);
      await clock.advance(0);
      expect(clock.pending).toBe(60);
      await clock.runUntil(settled);
      await new Promise(setImmediate); // a warning is told on the next turn
      expect(warnings).toEqual([]);
    } finally {
      process.off("warning", listen);
    }
  });

  it("all end when the stream is closed, and none begins after", async () => {
    const { client, clock, local } = open({ latencyMs: 10 });
    const calls = Array.from({ length: 20 }, () => rejection(client.send(list)));
    await clock.advance(0);
    await local.close();
    expect(await Promise.all(calls)).toHaveLength(20);
    expect(clock.pending).toBe(0);
    expect(await rejection(local.client().send(list))).toMatchObject({ code: "KPL_KIT_LOCAL_KINESIS_CLOSED" });
  });

  it("end alone when their own signal says so, before the work or after it", async () => {
    const { client, clock, local } = open({ latencyMs: 10 });
    const put = new PutRecordCommand({ StreamName: "orders", PartitionKey: "k", Data: new Uint8Array(1) });
    const counts: number[] = [];
    for (const afterMs of [4, 6]) {
      const abort = new AbortController();
      const call = rejection(client.send(put, { abortSignal: abort.signal }));
      const other = client.send(list);
      await clock.advance(afterMs);
      abort.abort(new Error("enough"));
      expect((await call).name).toBe("AbortError");
      expect(clock.pending).toBe(1);
      await clock.runUntil(other);
      counts.push(local.snapshot()[0]!.shards[0]!.records.length);
    }
    expect(counts).toEqual([0, 1]);
  });
});

describe("a subscription whose answer never arrives", () => {
  it("leaves no timer", async () => {
    const { client, clock, local } = open({ latencyMs: 10, limits: "off" });
    const { Consumer } = await clock.runUntil(
      client.send(
        new RegisterStreamConsumerCommand({
          StreamARN: "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
          ConsumerName: "reader",
        }),
      ),
    );
    const subscribe = new SubscribeToShardCommand({
      ConsumerARN: Consumer!.ConsumerARN,
      ShardId: "shardId-000000000000",
      StartingPosition: { Type: "LATEST" },
    });
    const abort = new AbortController();
    const call = rejection(client.send(subscribe, { abortSignal: abort.signal }));
    await clock.advance(7);
    abort.abort();
    await call;
    expect(clock.pending).toBe(0);
    local.faults.inject({ action: "SubscribeToShard", fault: { kind: "lost" } });
    const lost = new AbortController();
    const never = rejection(client.send(subscribe, { abortSignal: lost.signal }));
    await clock.advance(1_000);
    lost.abort();
    await never;
    expect(clock.pending).toBe(0);
  });
});
