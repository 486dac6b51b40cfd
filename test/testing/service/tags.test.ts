// Tags of streams and consumers.

import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  SplitShardCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import {
  arnOf,
  CHANGE_MS,
  type ControlPlane,
  open,
  outcome,
  registerConsumer,
  STREAM,
  STREAM_ARN,
} from "./control-plane.ts";

type Tags = Record<string, string>;

const ILLEGAL =
  "InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, digits, " +
  "white space, _ . : / = + - @.";

function add({ client }: ControlPlane, Tags: Tags): Promise<unknown> {
  return client.send(new AddTagsToStreamCommand({ StreamName: STREAM, Tags }));
}

async function tagsOf({ client }: ControlPlane, ResourceARN: string = STREAM_ARN): Promise<(string | undefined)[][]> {
  const { Tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
  return Tags.map(({ Key, Value }) => [Key, Value]);
}

function numbered(count: number): Tags {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"]));
}

describe("tags of a stream", () => {
  it("are added, overwritten, listed by key, and removed; a key that is not there is ignored", async () => {
    const plane = open();
    await add(plane, { team: "orders", stage: "test", empty: "" });
    await add(plane, { team: "payments" });
    expect(await tagsOf(plane)).toEqual([
      ["empty", ""],
      ["stage", "test"],
      ["team", "payments"],
    ]);
    const TagKeys = ["team", "none"];
    expect(await plane.client.send(new RemoveTagsFromStreamCommand({ StreamName: STREAM, TagKeys }))).toBeDefined();
    expect(await tagsOf(plane)).toEqual([
      ["empty", ""],
      ["stage", "test"],
    ]);
  });

  it("are the same by its ARN", async () => {
    const plane = open();
    await add(plane, { team: "orders" });
    await plane.client.send(new TagResourceCommand({ ResourceARN: STREAM_ARN, Tags: { stage: "test" } }));
    await plane.client.send(new UntagResourceCommand({ ResourceARN: STREAM_ARN, TagKeys: ["team"] }));
    const { Tags } = await plane.client.send(new ListTagsForStreamCommand({ StreamARN: STREAM_ARN }));
    expect(Tags).toEqual([{ Key: "stage", Value: "test" }]);
  });

  it("come page by page, after ExclusiveStartTagKey", async () => {
    const plane = open();
    await add(plane, { c: "3", a: "1", b: "2" });
    const page = async (ExclusiveStartTagKey?: string) => {
      const input = { StreamName: STREAM, Limit: 2, ExclusiveStartTagKey };
      const { HasMoreTags, Tags = [] } = await plane.client.send(new ListTagsForStreamCommand(input));
      return [Tags.map(({ Key }) => Key), HasMoreTags];
    };
    expect([await page(), await page("b"), await page("c")]).toEqual([
      [["a", "b"], true],
      [["c"], false],
      [[], false],
    ]);
  });

  it("__proto__ is a key like any other", async () => {
    const plane = open();
    await add(plane, { ["__proto__"]: "a", constructor: "b" });
    expect(await tagsOf(plane)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });

  it("are 50 at most, and a call that goes beyond adds none", async () => {
    const plane = open();
    await add(plane, numbered(49));
    expect(await outcome(add(plane, { one: "1", two: "2" }))).toMatch(
      /^InvalidArgumentException: .* cannot have more than 50 tags/,
    );
    expect(await tagsOf(plane)).toHaveLength(49);
    // Those that it has don't count twice.
    expect(await outcome(add(plane, { "key-0": "again", one: "1" }))).toBe("accepted");
  });

  it.each([["a%b"], ["a;b"], ["a\nb"], ["a,b"]])("%j is no tag, neither as key nor as value", async (text) => {
    const plane = open();
    expect(await outcome(add(plane, { good: "good", [text]: "a" }))).toBe(ILLEGAL);
    expect(await outcome(add(plane, { good: text }))).toBe(ILLEGAL);
    expect(await tagsOf(plane)).toEqual([]);
    const TagKeys = [text];
    expect(await outcome(plane.client.send(new UntagResourceCommand({ ResourceARN: STREAM_ARN, TagKeys })))).toBe(
      ILLEGAL,
    );
  });

  it("may be Unicode letters and digits, white space, _ . : / = + - @", async () => {
    const plane = open();
    expect(await outcome(add(plane, { "Straße 統一码 ٣": "_ . : / = + - @" }))).toBe("accepted");
  });

  it("are not changed while it is UPDATING, but can be read", async () => {
    const plane = open();
    const ShardToSplit = "shardId-000000000000";
    await plane.client.send(new SplitShardCommand({ StreamName: STREAM, ShardToSplit, NewStartingHashKey: "1000" }));
    expect(await outcome(add(plane, { team: "orders" }))).toBe(
      "ResourceInUseException: Stream orders under account 000000000000 not ACTIVE, instead in state UPDATING",
    );
    expect(await tagsOf(plane)).toEqual([]);
    await plane.clock.advance(CHANGE_MS);
    expect(await outcome(add(plane, { team: "orders" }))).toBe("accepted");
  });

  it("an ARN of no stream is not found", async () => {
    const { client } = open();
    const Tags = { team: "orders" };
    expect(await outcome(client.send(new TagResourceCommand({ ResourceARN: arnOf("none"), Tags })))).toBe(
      "ResourceNotFoundException: Stream none under account 000000000000 not found.",
    );
  });

  it("that are none refuse CreateStream, and nothing is created", async () => {
    const { client } = open();
    const input = { StreamName: "tagged", ShardCount: 1, Tags: { "a%b": "c" } };
    expect(await outcome(client.send(new CreateStreamCommand(input)))).toBe(ILLEGAL);
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual([STREAM]);
    expect(await outcome(client.send(new CreateStreamCommand({ ...input, Tags: numbered(51) })))).toMatch(
      /^InvalidArgumentException: .*stream tagged/,
    );
  });
});

describe("tags of a consumer", () => {
  it("come with it or later, and are its own", async () => {
    const plane = open();
    const Tags = { team: "billing" };
    const register = new RegisterStreamConsumerCommand({ StreamARN: STREAM_ARN, ConsumerName: "billing", Tags });
    const { Consumer } = await plane.client.send(register);
    const ResourceARN = Consumer?.ConsumerARN;
    await plane.clock.advance(CHANGE_MS);
    await plane.client.send(new TagResourceCommand({ ResourceARN, Tags: { stage: "test" } }));
    expect(await tagsOf(plane, ResourceARN)).toEqual([
      ["stage", "test"],
      ["team", "billing"],
    ]);
    await plane.client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
    expect(await tagsOf(plane, ResourceARN)).toEqual([["stage", "test"]]);
    expect(await tagsOf(plane)).toEqual([]);
  });

  it("are not changed until it is ACTIVE", async () => {
    const plane = open();
    const ResourceARN = await registerConsumer(plane, "billing");
    const tag = () => outcome(plane.client.send(new TagResourceCommand({ ResourceARN, Tags: { team: "a" } })));
    expect(await tag()).toMatch(
      /^ResourceInUseException: Consumer billing with creation timestamp \d+ .* is not in ACTIVE status\.$/,
    );
    await plane.clock.advance(CHANGE_MS);
    expect(await tag()).toBe("accepted");
  });

  it("that are none refuse RegisterStreamConsumer", async () => {
    const { client } = open();
    const input = { StreamARN: STREAM_ARN, ConsumerName: "billing", Tags: { team: "a;b" } };
    expect(await outcome(client.send(new RegisterStreamConsumerCommand(input)))).toBe(ILLEGAL);
  });

  it("a consumer that is not there is not found", async () => {
    const { client } = open();
    const ResourceARN = `${STREAM_ARN}/consumer/none:1`;
    expect(await outcome(client.send(new ListTagsForResourceCommand({ ResourceARN })))).toMatch(
      /^ResourceNotFoundException: Consumer .*none:1/,
    );
  });
});
