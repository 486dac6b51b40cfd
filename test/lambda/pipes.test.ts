// The event of a pipe from a stream is that of Lambda, but flat and bare.

import { describe, expect, it } from "vitest";
import { deaggregate, fromPipes, kinesisHandler, toBatchResponse } from "../../src/lambda/index.ts";
import { eventOf } from "./events.ts";

const event = eventOf(["a.1", ["b.1", "b.2"]]);
/** As Pipes has it. */
const pipes = event.Records.map(({ kinesis, ...others }) => ({ ...kinesis, ...others }));

describe("fromPipes", () => {
  it("nests what belongs to the Kinesis record", () => {
    const Records = event.Records.map(({ kinesis: { kinesisSchemaVersion, ...kinesis }, ...others }) => ({
      ...others,
      kinesisSchemaVersion,
      kinesis,
    }));
    expect(fromPipes(pipes)).toEqual({ Records });
  });

  it("has the user records of the event that Lambda would get", () => {
    expect([...deaggregate(fromPipes(pipes))]).toEqual([...deaggregate(event)]);
  });

  it("goes into a handler; a target replies by eventID", async () => {
    const failed: Parameters<typeof toBatchResponse>[0] = [...deaggregate(fromPipes(pipes))].slice(1);
    expect(toBatchResponse(failed, { identifier: "eventID" })).toEqual({
      batchItemFailures: [{ itemIdentifier: pipes[1]!.eventID }],
    });
    const handled: string[] = [];
    await kinesisHandler((record) => handled.push(record.id))(fromPipes(pipes));
    expect(handled).toEqual([`${pipes[0]!.eventID}:0`, `${pipes[1]!.eventID}:0`, `${pipes[1]!.eventID}:1`]);
  });

  it("of none is none", () => expect(fromPipes([])).toEqual({ Records: [] }));
});
