// SubscribeToShard: where it starts, what its events hold, how it ends, and who may subscribe.

import { RegisterStreamConsumerCommand, type StartingPosition } from "@aws-sdk/client-kinesis";
import { type Context, FIRST, shardNumber, textsOf } from "../context.ts";
import type { Observation } from "../observation.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference, silent } from "../sources.ts";
import { Subscription, type SubscriptionStart } from "../subscription.ts";

const source = reference("SubscribeToShard");
const eventSource = reference("SubscribeToShardEvent");
const uses = ["RegisterStreamConsumer"] as const;
const LATEST: StartingPosition = { Type: "LATEST" };
const NO_CONSUMER = "arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/none:1700000000";

async function subscribed<T>(
  context: Context,
  start: SubscriptionStart,
  use: (subscription: Subscription) => Promise<T>,
): Promise<T> {
  const subscription = await Subscription.open(context, start);
  try {
    return await use(subscription);
  } finally {
    await subscription.close();
  }
}

function outcomeOfSubscribing(context: Context, start: SubscriptionStart): Promise<string> {
  // Where no initial answer is sent, a refusal shows with the first event.
  return outcomeOf(subscribed(context, start, (subscription) => subscription.next()));
}

function startsWith(
  rule: string,
  aws: readonly string[],
  position: (numbers: readonly string[], beforeThird: Date) => StartingPosition,
): Scenario {
  return {
    call: "SubscribeToShard",
    rule,
    source: reference("StartingPosition"),
    uses,
    aws,
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      const first = await context.putAll("a", "b");
      const beforeThird = await context.later(60);
      await context.elapse(60);
      const numbers = [...first, ...(await context.putAll("c", "d"))];
      const StartingPosition = position(numbers, beforeThird);
      return subscribed(context, { ConsumerARN, StartingPosition }, (subscription) => subscription.texts(aws.length));
    },
  };
}

async function endOf(
  context: Context,
  start: SubscriptionStart,
  meanwhile?: () => Promise<void>,
): Promise<Observation> {
  return subscribed(context, start, async (subscription) => {
    await meanwhile?.();
    const { end, events } = await subscription.rest();
    const children = events.map(({ ChildShards = [] }) => ChildShards.map(({ ShardId }) => shardNumber(ShardId)));
    return {
      records: events.flatMap(({ Records }) => textsOf({ Records })),
      childShards: children.filter(({ length }) => length > 0),
      inTheLastEvent: (children.at(-1)?.length ?? 0) > 0,
      end,
    };
  });
}

const ENDS_WITH_CHILDREN = { records: ["a", "b"], childShards: [[1, 2]], inTheLastEvent: true, end: "ended" };

export const subscribeToShard: readonly Scenario[] = [
  startsWith("TRIM_HORIZON starts with the oldest record", ["a", "b", "c", "d"], () => ({ Type: "TRIM_HORIZON" })),
  startsWith("AT_SEQUENCE_NUMBER starts with that record", ["b", "c", "d"], (numbers) => ({
    Type: "AT_SEQUENCE_NUMBER",
    SequenceNumber: numbers[1],
  })),
  startsWith("AFTER_SEQUENCE_NUMBER starts behind that record", ["c", "d"], (numbers) => ({
    Type: "AFTER_SEQUENCE_NUMBER",
    SequenceNumber: numbers[1],
  })),
  startsWith("AT_TIMESTAMP starts with the first record from that time on", ["c", "d"], (_, beforeThird) => ({
    Type: "AT_TIMESTAMP",
    Timestamp: beforeThird,
  })),
  {
    call: "SubscribeToShard",
    rule: "LATEST gives what is put from then on",
    source: reference("StartingPosition"),
    uses,
    transport: "matters",
    aws: ["new"],
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      await context.put("old");
      await context.elapse(5);
      return subscribed(context, { ConsumerARN, StartingPosition: LATEST }, async (subscription) => {
        await context.put("new");
        return subscription.texts(1);
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "the start needs the number or the time that its type is about",
    source: reference("StartingPosition"),
    uses,
    aws: { AT_SEQUENCE_NUMBER: "InvalidArgumentException", AT_TIMESTAMP: "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream();
      const [first, second] = [await context.registerConsumer("first"), await context.registerConsumer("second")];
      const subscribe = (ConsumerARN: string, Type: "AT_SEQUENCE_NUMBER" | "AT_TIMESTAMP") =>
        outcomeOfSubscribing(context, { ConsumerARN, StartingPosition: { Type } });
      return {
        AT_SEQUENCE_NUMBER: await subscribe(first, "AT_SEQUENCE_NUMBER"),
        AT_TIMESTAMP: await subscribe(second, "AT_TIMESTAMP"),
      };
    },
  },
  {
    call: "SubscribeToShard",
    rule: "records are pushed as they come",
    source,
    uses,
    transport: "matters",
    aws: [["one"], ["two"]],
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      return subscribed(context, { ConsumerARN }, async (subscription) => {
        await context.put("one");
        const first = await subscription.texts(1);
        await context.put("two");
        return [first, await subscription.texts(1)];
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "an idle shard sends events too: no record, MillisBehindLatest 0, a ContinuationSequenceNumber",
    source: eventSource,
    uses,
    transport: "matters",
    aws: { records: [0, 0], behind: [0, 0], continues: [true, true] },
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      return subscribed(context, { ConsumerARN }, async (subscription) => {
        const events = [await subscription.next(), await subscription.next()];
        return {
          records: events.map((event) => event?.Records?.length),
          behind: events.map((event) => event?.MillisBehindLatest),
          continues: events.map((event) => /^\d+$/.test(event?.ContinuationSequenceNumber ?? "")),
        };
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "AFTER a ContinuationSequenceNumber goes on where that event left off, AT it too",
    source: eventSource,
    uses,
    aws: { after: ["c"], at: "c" },
    run: async (context) => {
      await context.createStream();
      const consumers = [];
      for (const name of ["first", "second", "third"]) consumers.push(await context.registerConsumer(name));
      const [first = "", second = "", third = ""] = consumers;
      await context.putAll("a", "b");
      const SequenceNumber = await subscribed(context, { ConsumerARN: first }, async (subscription) => {
        let seen = 0;
        let last: string | undefined;
        while (seen < 2) {
          const event = await subscription.next();
          seen += event?.Records?.length ?? 2;
          last = event?.ContinuationSequenceNumber;
        }
        return last;
      });
      await context.put("c");
      const from = (ConsumerARN: string, Type: "AFTER_SEQUENCE_NUMBER" | "AT_SEQUENCE_NUMBER") =>
        subscribed(context, { ConsumerARN, StartingPosition: { Type, SequenceNumber } }, async (subscription) => {
          const texts: string[] = [];
          while (texts.at(-1) !== "c" && texts.length < 4) texts.push(...(await subscription.texts(1)));
          return texts;
        });
      const at = await from(third, "AT_SEQUENCE_NUMBER");
      return { after: await from(second, "AFTER_SEQUENCE_NUMBER"), at: at.at(-1) };
    },
  },
  {
    call: "SubscribeToShard",
    rule: "the ContinuationSequenceNumber of an idle shard is a place to go on from",
    source: eventSource,
    uses,
    aws: ["a"],
    run: async (context) => {
      await context.createStream();
      const [first, second] = [await context.registerConsumer("first"), await context.registerConsumer("second")];
      const SequenceNumber = await subscribed(
        context,
        { ConsumerARN: first, StartingPosition: LATEST },
        async (subscription) => (await subscription.next())?.ContinuationSequenceNumber,
      );
      await context.put("a");
      const StartingPosition: StartingPosition = { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber };
      return subscribed(context, { ConsumerARN: second, StartingPosition }, (subscription) => subscription.texts(1));
    },
  },
  {
    call: "SubscribeToShard",
    rule: "within 5 s of a subscription, the same consumer and shard are refused; another consumer is not",
    source,
    uses,
    transport: "matters",
    aws: { same: "ResourceInUseException", another: "accepted" },
    run: async (context) => {
      await context.createStream();
      const [first, second] = [await context.registerConsumer("first"), await context.registerConsumer("second")];
      return subscribed(context, { ConsumerARN: first }, async () => ({
        same: await outcomeOfSubscribing(context, { ConsumerARN: first }),
        another: await outcomeOfSubscribing(context, { ConsumerARN: second }),
      }));
    },
  },
  {
    call: "SubscribeToShard",
    rule: "after 5 s, a second subscription takes over, and the first one ends",
    source,
    uses,
    time: "virtual",
    aws: { second: "accepted", first: "over" },
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      return subscribed(context, { ConsumerARN }, async (subscription) => {
        await context.elapse(5_100);
        const second = await outcomeOfSubscribing(context, { ConsumerARN });
        const { end } = await subscription.rest();
        return { second, first: end === "ended" || end === "ResourceInUseException" ? "over" : end };
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "a subscription ends after 5 minutes",
    source,
    uses,
    time: "virtual",
    aws: { "for 299 s": "goes on", "after 300 s": "ended" },
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      return subscribed(context, { ConsumerARN }, async (subscription) => {
        const from = (await context.later(0)).getTime();
        let last = from;
        while ((await subscription.next()) !== undefined) last = (await context.later(0)).getTime();
        const end = (await context.later(0)).getTime();
        return {
          "for 299 s": last - from > 290_000 ? "goes on" : "ended",
          "after 300 s": end - from <= 301_000 ? "ended" : "goes on",
        };
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "a shard pushes 2 MiB a second to each consumer: 7 MiB take about three seconds",
    source: reference("RegisterStreamConsumer"),
    uses,
    time: "virtual",
    rates: "aws",
    aws: { records: 7, inTime: true },
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      for (let n = 0; n < 7; n++) {
        await context.put("", { Data: Buffer.alloc(1_048_575) });
        await context.elapse(1_500);
      }
      const from = context.nowMs();
      const texts = await subscribed(context, { ConsumerARN }, (subscription) => subscription.texts(7));
      const tookMs = context.nowMs() - from;
      return { records: texts.length, inTime: tookMs >= 2_000 && tookMs <= 4_000 };
    },
  },
  {
    call: "SubscribeToShard",
    rule: "a split during a subscription: ChildShards in the last event, and none before; then it ends",
    source: eventSource,
    uses,
    transport: "matters",
    aws: ENDS_WITH_CHILDREN,
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      await context.putAll("a", "b");
      return endOf(context, { ConsumerARN }, () => context.splitFirst());
    },
  },
  {
    call: "SubscribeToShard",
    rule: "a closed shard gives its records, then ChildShards, and ends",
    source: eventSource,
    uses,
    transport: "matters",
    aws: ENDS_WITH_CHILDREN,
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      await context.putAll("a", "b");
      await context.splitFirst();
      return endOf(context, { ConsumerARN });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "the last event of a shard has no ContinuationSequenceNumber",
    source: silent("the KCL takes its absence for the end of the shard"),
    uses,
    aws: "none",
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      await context.put("a");
      await context.splitFirst();
      return subscribed(context, { ConsumerARN }, async (subscription) => {
        const { events } = await subscription.rest();
        return events.at(-1)?.ContinuationSequenceNumber === undefined ? "none" : "one";
      });
    },
  },
  {
    call: "SubscribeToShard",
    rule: "an unknown consumer and an unknown shard are not found",
    source,
    uses,
    transport: "matters",
    aws: { consumer: "ResourceNotFoundException", shard: "ResourceNotFoundException" },
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      return {
        consumer: await outcomeOfSubscribing(context, { ConsumerARN: NO_CONSUMER }),
        shard: await outcomeOfSubscribing(context, { ConsumerARN, ShardId: "shardId-000000000007" }),
      };
    },
  },
  {
    call: "SubscribeToShard",
    rule: "a consumer that is CREATING cannot read yet",
    source: reference("Consumer"),
    uses,
    time: "tight",
    aws: "ResourceInUseException",
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const { Consumer } = await context.kinesis.send(
        new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }),
      );
      return outcomeOfSubscribing(context, { ConsumerARN: Consumer?.ConsumerARN ?? "", ShardId: FIRST });
    },
  },
];
