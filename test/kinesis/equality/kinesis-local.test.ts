// kinesis-local, which is none of ours: it reads CBOR, answers data as base64 text within CBOR, and sends its events in
// JSON whatever the call came in. What one client puts, the others read; what all can ask, all are told.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KinesisLocal, startKinesisLocal } from "../../../demo/kinesis-local.ts";
import { newestSdk } from "../sdk.ts";
import { OUR_CLIENTS, theirClient } from "./clients.ts";
import { digested, observed } from "./observed.ts";
import { watch } from "./subscription.ts";

const sdk = newestSdk();
const StreamName = "orders";
const SHARD = "shardId-000000000000";
const DATA = ["", "a", "é😀\u0000\u00ff", "x".repeat(70_000)].map((text) => Buffer.from(text));
const KEYS = ["a", "ключ", "😀".repeat(64), "\u0001"];
const CLIENTS = [["the SDK's client", theirClient], ...OUR_CLIENTS] as const;

let server: KinesisLocal;
let StreamARN: string;
let consumers: readonly string[];
const clients: KinesisClient[] = [];

type Input = Readonly<Record<string, unknown>>;
type Answer = { readonly [name: string]: unknown };

async function send(kinesis: KinesisClient, name: string, input: Input = {}): Promise<Answer> {
  const Command = (sdk.peers.client as unknown as Record<string, new (input: Input) => never>)[`${name}Command`]!;
  return (await kinesis.send(new Command(input))) as object as Answer;
}

/** Asks until it is so; there is no event for it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}

beforeAll(async () => {
  server = await startKinesisLocal({ transitionMs: 50 });
  clients.push(...CLIENTS.map(([, make]) => make(sdk, server.endpoint)));
  const [theirs] = clients as [KinesisClient];
  await send(theirs, "CreateStream", { StreamName, ShardCount: 1 });
  const summaryOf = async () =>
    (await send(theirs, "DescribeStreamSummary", { StreamName }))["StreamDescriptionSummary"];
  await until(async () => ((await summaryOf()) as Input)["StreamStatus"] === "ACTIVE");
  StreamARN = ((await summaryOf()) as Input)["StreamARN"] as string;
  await send(theirs, "AddTagsToStream", { StreamName, Tags: { team: "ключ" } });
  const registered = CLIENTS.map(async (_, index) => {
    const { Consumer } = await send(theirs, "RegisterStreamConsumer", { StreamARN, ConsumerName: `c${index}` });
    return (Consumer as Input)["ConsumerARN"] as string;
  });
  consumers = await Promise.all(registered);
  const all = async () => (await send(theirs, "ListStreamConsumers", { StreamARN }))["Consumers"] as readonly Input[];
  await until(async () => (await all()).every(({ ConsumerStatus }) => ConsumerStatus === "ACTIVE"));
  // Each puts its own.
  for (const kinesis of clients) {
    const Records = DATA.map((Data, index) => ({ Data, PartitionKey: KEYS[index] }));
    const { FailedRecordCount } = await send(kinesis, "PutRecords", { StreamName, Records });
    expect(FailedRecordCount).toBe(0);
    await send(kinesis, "PutRecord", { StreamName, Data: "as text: é", PartitionKey: "b" });
  }
}, 60_000);

afterAll(async () => {
  for (const kinesis of clients) kinesis.destroy();
  await server?.stop();
});

async function pageOf(kinesis: KinesisClient, from: Input): Promise<unknown> {
  const { ShardIterator } = await send(kinesis, "GetShardIterator", { StreamName, ShardId: SHARD, ...from });
  const { NextShardIterator, ...page } = await send(kinesis, "GetRecords", { ShardIterator });
  return { ...page, hasNext: typeof NextShardIterator };
}

const QUESTIONS: readonly (readonly [name: string, ask: (kinesis: KinesisClient) => Promise<unknown>])[] = [
  ["DescribeStream", (kinesis) => send(kinesis, "DescribeStream", { StreamName })],
  ["DescribeStreamSummary", (kinesis) => send(kinesis, "DescribeStreamSummary", { StreamName })],
  ["DescribeLimits", (kinesis) => send(kinesis, "DescribeLimits")],
  ["DescribeStreamConsumer", (kinesis) => send(kinesis, "DescribeStreamConsumer", { ConsumerARN: consumers[0] })],
  ["ListShards", (kinesis) => send(kinesis, "ListShards", { StreamName, MaxResults: 1_000 })],
  ["ListStreams", (kinesis) => send(kinesis, "ListStreams")],
  ["ListStreamConsumers", (kinesis) => send(kinesis, "ListStreamConsumers", { StreamARN })],
  ["ListTagsForStream", (kinesis) => send(kinesis, "ListTagsForStream", { StreamName })],
  ["GetRecords", (kinesis) => pageOf(kinesis, { ShardIteratorType: "TRIM_HORIZON" })],
  [
    "GetRecords from a time",
    (kinesis) => pageOf(kinesis, { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(1) }),
  ],
  ["no such stream", (kinesis) => send(kinesis, "DescribeStream", { StreamName: "nowhere" })],
  ["no such iterator", (kinesis) => send(kinesis, "GetRecords", { ShardIterator: "none" })],
  [
    "a wrong hash key",
    (kinesis) => send(kinesis, "PutRecord", { StreamName, Data: DATA[1], PartitionKey: "a", ExplicitHashKey: "01" }),
  ],
  ["a wrong limit", (kinesis) => send(kinesis, "ListShards", { StreamName, MaxResults: -1 })],
  ["no such shard", (kinesis) => pageOf(kinesis, { ShardId: "shardId-000000000009", ShardIteratorType: "LATEST" })],
];

describe.each(OUR_CLIENTS.map(([name], index) => [name, index + 1] as const))("%s", (_, which) => {
  it.each(QUESTIONS)("%s", async (_question, ask) => {
    const [theirs, ours] = [clients[0]!, clients[which]!]; // one for each of CLIENTS
    const expected = digested(await observed(sdk.peers, () => ask(theirs)));
    expect(digested(await observed(sdk.peers, () => ask(ours)))).toStrictEqual(expected);
  });

  it("all that was put, by a subscription whose events are JSON", async () => {
    const place = { ConsumerARN: consumers[which]!, ShardId: SHARD }; // one for each of CLIENTS
    const { events, outcome } = await watch(sdk, clients[which]!, place, 1);
    expect(outcome.kind).toBe("answered");
    const page = (await pageOf(clients[0]!, { ShardIteratorType: "TRIM_HORIZON" })) as { readonly Records: unknown };
    expect(events).toStrictEqual([
      { SubscribeToShardEvent: expect.objectContaining({ Records: digested(page.Records) }) },
    ]);
    expect(page.Records).toHaveLength(CLIENTS.length * (DATA.length + 1));
  });
});
