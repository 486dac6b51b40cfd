// Server-side encryption: what can be seen of it.

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordCommand,
  PutRecordsCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { CHANGE_MS, type ControlPlane, HOUR, open, outcome, STREAM, statuses, summary } from "./control-plane.ts";

const KEY = { StreamName: STREAM, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" } as const;

function start({ client }: ControlPlane, over: object = {}): Promise<unknown> {
  return client.send(new StartStreamEncryptionCommand({ ...KEY, ...over }));
}

function stop({ client }: ControlPlane, over: object = {}): Promise<unknown> {
  return client.send(new StopStreamEncryptionCommand({ ...KEY, ...over }));
}

/** As the answer to the put tells it. */
async function put({ client }: ControlPlane): Promise<(string | undefined)[]> {
  const entry = { PartitionKey: "a", Data: Buffer.from("x") };
  const one = await client.send(new PutRecordCommand({ StreamName: STREAM, ...entry }));
  const many = await client.send(new PutRecordsCommand({ StreamName: STREAM, Records: [entry] }));
  return [one.EncryptionType, many.EncryptionType];
}

describe("encryption", () => {
  it("begins once the stream is ACTIVE, ends once it is ACTIVE again, and each record tells its own", async () => {
    const plane = open();
    expect([(await summary(plane)).EncryptionType, await put(plane)]).toEqual(["NONE", [undefined, undefined]]);
    await start(plane);
    expect(await put(plane)).toEqual([undefined, undefined]);
    expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
    expect(await summary(plane)).toMatchObject({ EncryptionType: "KMS", KeyId: KEY.KeyId });
    expect(await put(plane)).toEqual(["KMS", "KMS"]);
    await stop(plane);
    expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
    const { EncryptionType, KeyId } = await summary(plane);
    expect([EncryptionType, KeyId]).toEqual(["NONE", undefined]);
    expect(await put(plane)).toEqual([undefined, undefined]);

    const from = { StreamName: STREAM, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await plane.client.send(new GetShardIteratorCommand(from));
    const { Records = [] } = await plane.client.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records.map((record) => record.EncryptionType ?? "-").join(" ")).toBe("- - - - KMS KMS - -");
  });

  it("changes to another key", async () => {
    const plane = open();
    await start(plane);
    await plane.clock.advance(CHANGE_MS);
    await start(plane, { KeyId: "alias/other" });
    await plane.clock.advance(CHANGE_MS);
    expect((await summary(plane)).KeyId).toBe("alias/other");
  });

  it("of type NONE is refused, by both calls", async () => {
    const plane = open();
    const NONE = "InvalidArgumentException: EncryptionType NONE is not valid: it must be KMS.";
    expect(await outcome(start(plane, { EncryptionType: "NONE" }))).toBe(NONE);
    expect(await outcome(stop(plane, { EncryptionType: "NONE" }))).toBe(NONE);
  });

  it("is refused while the stream is UPDATING", async () => {
    const plane = open();
    await start(plane);
    expect(await outcome(stop(plane))).toMatch(/^ResourceInUseException: /);
  });

  it("starts 25 times in 24 hours, and stops 25 times", async () => {
    const plane = open();
    for (let n = 0; n < 25; n++) {
      await start(plane);
      await plane.clock.advance(CHANGE_MS);
      await stop(plane);
      await plane.clock.advance(CHANGE_MS);
    }
    expect(await outcome(start(plane))).toMatch(/^LimitExceededException: /);
    expect(await outcome(stop(plane))).toMatch(/^LimitExceededException: /);
    await plane.clock.advance(24 * HOUR - 50 * CHANGE_MS);
    expect(await outcome(start(plane))).toBe("accepted");
  });
});
