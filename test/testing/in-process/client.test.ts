import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  KinesisServiceException,
  ListStreamsCommand,
  PutRecordCommand,
  paginateListStreams,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { createInProcessClient } from "../../../src/testing/in-process/index.ts";
import { codedError } from "../../codec/coded-error.ts";
import { open, rejection } from "./local.ts";

const put = { StreamName: "orders", PartitionKey: "a", Data: Buffer.from("paid") };

describe("the in-process client is the SDK's own", () => {
  it("an instance of KinesisClient, with a config that answers", async () => {
    const { client } = open({ region: "eu-central-1" });
    expect(client).toBeInstanceOf(KinesisClient);
    expect(await client.config.region()).toBe("eu-central-1");
    expect(await client.config.maxAttempts()).toBe(1);
    expect(await client.config.credentials()).toMatchObject({ accessKeyId: "in-process" });
    expect(await client.config.endpoint?.()).toMatchObject({ hostname: "in-process.invalid" });
  });

  it("which no other client can be made of to reach AWS", async () => {
    const { client } = open();
    const { credentials, endpoint, maxAttempts, region, requestHandler } = client.config;
    const another = new KinesisClient({ credentials, endpoint: endpoint!, maxAttempts, region, requestHandler });
    const error = await rejection(another.send(new ListStreamsCommand({})));
    expect(error.message).toMatch(/only its send\(\) works/);
  });

  it("taken by paginators", async () => {
    const { client } = open({ streams: { a: 1, b: 1, c: 1 } });
    const names: string[] = [];
    for await (const page of paginateListStreams({ client, pageSize: 1 }, {})) names.push(...(page.StreamNames ?? []));
    expect(names).toEqual(["a", "b", "c"]);
  });

  it("taken by waiters", async () => {
    const { client } = open();
    const result = await waitUntilStreamExists({ client, maxWaitTime: 20 }, { StreamName: "orders" });
    expect(result.state).toBe("SUCCESS");
  });

  it("each its own, of one stream", async () => {
    const { client, local } = open();
    await local.client().send(new PutRecordCommand(put));
    await client.send(new PutRecordCommand(put));
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(2);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "50" as never])(
    "takes no requestTimeoutMs of %s",
    (requestTimeoutMs) => {
      const performer = {
        perform: () => Promise.reject(new Error("never")),
        isAction: (_: string): _ is never => false,
      };
      const error = codedError(() => createInProcessClient(performer, { requestTimeoutMs }));
      expect(error).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field: "requestTimeoutMs" });
    },
  );
});

describe("send", () => {
  it("tells a callback, with options and without", async () => {
    const { client, local } = open();
    const told: unknown[][] = [];
    const all = new Promise<void>((resolve) => {
      const tell = (...each: unknown[]): void => {
        told.push(each);
        if (told.length === 3) resolve();
      };
      expect(client.send(new PutRecordCommand(put), tell)).toBeUndefined();
      expect(client.send(new ListStreamsCommand({}), {}, tell)).toBeUndefined();
      expect(client.send(new PutRecordCommand({ ...put, StreamName: "returns" }), tell)).toBeUndefined();
    });
    await all;
    expect(told).toEqual([
      [null, expect.objectContaining({ ShardId: "shardId-000000000000" })],
      [null, expect.objectContaining({ StreamNames: ["orders"] })],
      [expect.objectContaining({ name: "ResourceNotFoundException" })],
    ]);
    expect(local.snapshot()[0]?.shards[0]?.records).toHaveLength(1);
  });

  it("knows a command that a bundler has renamed, and one of a foreign class", async () => {
    const { client } = open();
    const t = class extends ListStreamsCommand {};
    expect(t.name).toBe("t");
    expect(await client.send(new t({}))).toMatchObject({ StreamNames: ["orders"] });

    const foreign = new (class ListStreamsCommand {
      readonly input = {};
    })();
    expect(await client.send(foreign as never)).toMatchObject({ StreamNames: ["orders"] });
  });

  it("refuses what the service does not know, as the service does", async () => {
    const { client } = open();
    const command = new (class CreateChannelCommand {
      readonly input = { ChannelName: "c" };
    })();
    const error = await rejection(client.send(command as never));
    expect(error).toBeInstanceOf(KinesisServiceException);
    expect(error).toMatchObject({ name: "UnknownOperationException", $fault: "client" });
    expect(error.message).toBe("Kinesis_20131202.CreateChannel is not a call that LocalKinesis knows");
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 400, attempts: 1 } });
  });

  it.each([[undefined], [null], [{}], ["ListStreams"], [{ input: {} }]])("throws at once for %j", (command) => {
    const { client } = open();
    expect(() => client.send(command as never)).toThrow(TypeError);
  });

  it("goes on after destroy, as the SDK does", async () => {
    const { client } = open();
    client.destroy();
    client.destroy();
    expect(await client.send(new DescribeStreamSummaryCommand({ StreamName: "orders" }))).toHaveProperty(
      "StreamDescriptionSummary.StreamStatus",
      "ACTIVE",
    );
  });

  it("says so when the stream is closed", async () => {
    const { client, local } = open();
    await local.close();
    expect(await rejection(client.send(new ListStreamsCommand({})))).toMatchObject({
      code: "KPL_KIT_LOCAL_KINESIS_CLOSED",
    });
  });
});
