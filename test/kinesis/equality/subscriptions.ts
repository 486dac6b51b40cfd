// SubscribeToShard with events in CBOR, beside the SDK's own client with events in JSON.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { type InjectedFault, LocalKinesis, VirtualClock } from "../../../src/testing/index.ts";
import type { Sdk } from "../sdk.ts";
import { type MakeClient, OUR_CLIENTS, theirClient } from "./clients.ts";
import { digested } from "./observed.ts";
import { type Place, type Watched, watch } from "./subscription.ts";

const StreamName = "orders";
const SHARD = "shardId-000000000000";
const DATA = ["", "a", "é😀", "\u0000\u00ff", "x".repeat(100_000)].map((text) => Buffer.from(text, "latin1"));
const KEYS = ["a", "ключ", "😀".repeat(128), "__proto__", "\ufeff"];

interface Stream {
  readonly endpoint: string;
  readonly kinesis: KinesisClient;
  readonly local: LocalKinesis;
  readonly place: Place;
}

/** The same each time, records and times included. */
async function openStream(sdk: Sdk): Promise<Stream> {
  const { PutRecordsCommand, RegisterStreamConsumerCommand } = sdk.peers.client;
  const local = new LocalKinesis({ clock: new VirtualClock(), limits: "off", streams: { [StreamName]: 1 } });
  onTestFinished(() => local.close());
  const { endpoint } = await local.listen();
  const kinesis = theirClient(sdk, endpoint);
  onTestFinished(() => kinesis.destroy());
  const Records = DATA.map((Data, index) => ({ Data, PartitionKey: KEYS[index] }));
  await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
  const { Consumer } = await kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }));
  return { endpoint, kinesis, local, place: { ConsumerARN: Consumer!.ConsumerARN!, ShardId: SHARD } };
}

async function seenBy(
  sdk: Sdk,
  make: MakeClient,
  prepare: (stream: Stream) => Promise<unknown> | unknown,
  leaveAfter?: number,
): Promise<Watched> {
  const stream = await openStream(sdk);
  await prepare(stream);
  const kinesis = make(sdk, stream.endpoint);
  onTestFinished(() => kinesis.destroy());
  return await watch(sdk, kinesis, stream.place, leaveAfter);
}

const cut =
  (how: Extract<InjectedFault, { kind: "cut-subscription" }>["how"], afterEvents = 1) =>
  ({ local }: Stream): void => {
    local.faults.inject({ fault: { kind: "cut-subscription", afterEvents, ...(how ? { how } : {}) } });
  };

const EXCEPTIONS = [
  "InternalFailureException",
  "KMSAccessDeniedException",
  "KMSDisabledException",
  "KMSInvalidStateException",
  "KMSNotFoundException",
  "KMSOptInRequired",
  "KMSThrottlingException",
  "ResourceInUseException",
  "ResourceNotFoundException",
];

export function subscriptionsAlike(sdk: Sdk): void {
  describe.each(OUR_CLIENTS)("%s", (_, make) => {
    const bothSee = async (...watched: [(stream: Stream) => Promise<unknown> | unknown, number?]): Promise<Watched> => {
      const ours = await seenBy(sdk, make, ...watched);
      expect(ours).toStrictEqual(await seenBy(sdk, theirClient, ...watched));
      return ours;
    };

    it("records, and a reader who leaves", async () => {
      const { events, outcome } = await bothSee(() => undefined, 1);
      const Records = DATA.map((Data, index) =>
        expect.objectContaining({
          ApproximateArrivalTimestamp: expect.any(Date),
          Data: digested(new Uint8Array(Data)),
          PartitionKey: KEYS[index],
        }),
      );
      expect(events).toEqual([{ SubscribeToShardEvent: expect.objectContaining({ Records }) }]);
      expect(outcome.kind).toBe("answered");
    });

    it("the end of the shard", async () => {
      const { SplitShardCommand } = sdk.peers.client;
      const half = (2n ** 127n).toString();
      const { events, outcome } = await bothSee(({ kinesis }) =>
        kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: SHARD, NewStartingHashKey: half })),
      );
      const [last] = events.slice(-1) as { SubscribeToShardEvent: { ChildShards: object[] } }[];
      expect(last?.SubscribeToShardEvent.ChildShards).toHaveLength(2);
      expect(outcome.kind).toBe("answered");
    });

    it.each(EXCEPTIONS)("ended by %s", async (exception) => {
      const { events, outcome } = await bothSee(cut({ exception }));
      expect(events).toHaveLength(1);
      if (outcome.kind !== "refused") expect.fail("it was not refused");
      // @smithy/core of 2025 throws what an exception holds, and not the exception; JSON or CBOR, ours or theirs.
      expect([exception, "Object"]).toContain(outcome.error["class"]);
    });

    it("ended at once, after an event, by an exception before any, and by a reset", async () => {
      expect((await bothSee(cut("end", 0))).events).toEqual([]);
      expect((await bothSee(cut("end"))).events).toHaveLength(1);
      expect((await bothSee(cut({ exception: "ResourceInUseException" }, 0))).events).toEqual([]);
      // How much comes before a reset is a matter of luck.
      const [ours, theirs] = [await seenBy(sdk, make, cut("reset")), await seenBy(sdk, theirClient, cut("reset"))];
      expect(ours.outcome).toStrictEqual(theirs.outcome);
      expect(ours.outcome).toMatchObject({ kind: "refused", error: { code: "ECONNRESET" } });
    });

    it("refused", async () => {
      const { outcome } = await bothSee(({ local }) =>
        local.faults.inject({ fault: { kind: "error", name: "LimitExceededException", message: "too many" } }),
      );
      expect(outcome).toMatchObject({ error: { class: "LimitExceededException", message: "too many" } });
    });
  });
}
