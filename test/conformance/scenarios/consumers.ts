// Consumers of enhanced fan-out: registered, listed, deregistered.

import {
  DeregisterStreamConsumerCommand,
  type DeregisterStreamConsumerInput,
  DescribeStreamConsumerCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
} from "@aws-sdk/client-kinesis";
import type { Context } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

const NO_CONSUMER = "arn:aws:kinesis:us-east-1:000000000000:stream/orders/consumer/none:1700000000";

function register({ kinesis }: Context, StreamARN: string | undefined, ConsumerName: string): Promise<unknown> {
  return kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
}

async function untilGone(context: Context, ConsumerARN: string): Promise<void> {
  await context.untilGone(() => context.kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN })));
}

export const consumers: readonly Scenario[] = [
  {
    call: "RegisterStreamConsumer",
    rule: "a consumer is CREATING at once, and ACTIVE later; its ARN is the stream's with name and time",
    source: reference("Consumer"),
    aws: { name: "billing", status: "CREATING", arn: "STREAM/consumer/billing:TIME", dated: true, later: "ACTIVE" },
    run: async (context) => {
      const { StreamARN = "" } = await context.createStream();
      const { Consumer } = await context.kinesis.send(
        new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }),
      );
      const { ConsumerARN, ConsumerCreationTimestamp, ConsumerName, ConsumerStatus } = Consumer ?? {};
      await context.untilConsumerActive(ConsumerARN);
      return {
        name: ConsumerName,
        status: ConsumerStatus,
        arn: ConsumerARN?.replace(StreamARN, "STREAM").replace(/:\d+$/, ":TIME"),
        dated: ConsumerCreationTimestamp instanceof Date,
        later: "ACTIVE",
      };
    },
  },
  {
    call: "RegisterStreamConsumer",
    rule: "a name that the stream has is refused; another stream may have it too",
    source: reference("RegisterStreamConsumer"),
    aws: { same: "ResourceInUseException", another: "accepted" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const another = await context.createStream({ StreamName: "another" });
      await context.registerConsumer("billing");
      return {
        same: await outcomeOf(register(context, StreamARN, "billing")),
        another: await outcomeOf(register(context, another.StreamARN, "billing")),
      };
    },
  },
  {
    call: "RegisterStreamConsumer",
    rule: "a stream has 20 consumers at most",
    source: reference("RegisterStreamConsumer"),
    aws: { registered: 20, oneMore: "LimitExceededException" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      let registered = 0;
      for (let wave = 0; wave < 4; wave++) {
        const names = Array.from({ length: 5 }, (_, n) => `consumer-${wave * 5 + n}`);
        await Promise.all(names.map((name) => register(context, StreamARN, name)));
        registered += names.length;
        await context.until(
          () => context.kinesis.send(new ListStreamConsumersCommand({ StreamARN })),
          ({ Consumers = [] }) => Consumers.every(({ ConsumerStatus }) => ConsumerStatus === "ACTIVE"),
        );
      }
      return { registered, oneMore: await outcomeOf(register(context, StreamARN, "one-more")) };
    },
  },
  {
    call: "RegisterStreamConsumer",
    rule: "no more than five consumers are CREATING at a time",
    source: reference("RegisterStreamConsumer"),
    time: "tight",
    aws: { accepted: 5, refusedWith: ["LimitExceededException"] },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const outcomes = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7].map((n) => outcomeOf(register(context, StreamARN, `consumer-${n}`))),
      );
      return {
        accepted: outcomes.filter((outcome) => outcome === "accepted").length,
        refusedWith: [...new Set(outcomes.filter((outcome) => outcome !== "accepted"))],
      };
    },
  },
  {
    call: "RegisterStreamConsumer",
    rule: "an unknown stream is not found, and a name with other characters is refused",
    source: reference("RegisterStreamConsumer"),
    aws: { stream: "ResourceNotFoundException", name: "refused" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const none = StreamARN?.replace(/orders$/, "none");
      return {
        stream: await outcomeOf(register(context, none, "billing")),
        name: await isRefused(register(context, StreamARN, "bill/ing")),
      };
    },
  },
  {
    call: "DescribeStreamConsumer",
    rule: "a consumer is found by its ARN, and by the stream's ARN and its name",
    source: reference("DescribeStreamConsumer"),
    uses: ["RegisterStreamConsumer"],
    aws: { byArn: ["billing", "ACTIVE", true], byName: ["billing", "ACTIVE", true] },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      const described = async (input: {
        ConsumerARN?: string;
        StreamARN?: string | undefined;
        ConsumerName?: string;
      }) => {
        const { ConsumerDescription } = await context.kinesis.send(new DescribeStreamConsumerCommand(input));
        const { ConsumerName, ConsumerStatus } = ConsumerDescription ?? {};
        return [ConsumerName, ConsumerStatus, ConsumerDescription?.StreamARN === StreamARN];
      };
      return {
        byArn: await described({ ConsumerARN }),
        byName: await described({ StreamARN, ConsumerName: "billing" }),
      };
    },
  },
  {
    call: "DescribeStreamConsumer",
    rule: "an unknown consumer is not found, and neither ARN nor name is refused",
    source: reference("DescribeStreamConsumer"),
    aws: { arn: "ResourceNotFoundException", name: "ResourceNotFoundException", nothing: "refused" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const { kinesis } = context;
      const byName = new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: "none" });
      return {
        arn: await outcomeOf(kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN: NO_CONSUMER }))),
        name: await outcomeOf(kinesis.send(byName)),
        nothing: await isRefused(kinesis.send(new DescribeStreamConsumerCommand({}))),
      };
    },
  },
  {
    call: "ListStreamConsumers",
    rule: "MaxResults and NextToken page through the consumers; the last page has no NextToken",
    source: reference("ListStreamConsumers"),
    uses: ["RegisterStreamConsumer"],
    aws: { sizes: [2, 1], names: ["a", "b", "c"] },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      for (const name of ["a", "b", "c"]) await context.registerConsumer(name);
      const pages = [];
      let NextToken: string | undefined;
      do {
        const page = await context.kinesis.send(
          new ListStreamConsumersCommand({ StreamARN, NextToken, MaxResults: 2 }),
        );
        pages.push((page.Consumers ?? []).map(({ ConsumerName = "" }) => ConsumerName));
        NextToken = page.NextToken;
      } while (NextToken && pages.length < 5);
      return { sizes: pages.map(({ length }) => length), names: pages.flat().toSorted() };
    },
  },
  {
    call: "ListStreamConsumers",
    rule: "a NextToken together with a time of creation is refused",
    source: reference("ListStreamConsumers"),
    uses: ["RegisterStreamConsumer"],
    aws: "refused",
    run: async (context) => {
      const { StreamARN, StreamCreationTimestamp } = await context.createStream();
      for (const name of ["a", "b"]) await context.registerConsumer(name);
      const { NextToken } = await context.kinesis.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 1 }));
      if (NextToken === undefined) return "no NextToken";
      const next = new ListStreamConsumersCommand({ StreamARN, NextToken, StreamCreationTimestamp });
      return isRefused(context.kinesis.send(next));
    },
  },
  {
    call: "DeregisterStreamConsumer",
    rule: "a consumer goes by its ARN, and by the stream's ARN and its name",
    source: reference("DeregisterStreamConsumer"),
    uses: ["RegisterStreamConsumer", "ListStreamConsumers"],
    aws: ["c"],
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const [a, b] = [await context.registerConsumer("a"), await context.registerConsumer("b")];
      await context.registerConsumer("c");
      const deregister = async (input: DeregisterStreamConsumerInput, gone: string) => {
        await context.kinesis.send(new DeregisterStreamConsumerCommand(input));
        await untilGone(context, gone);
      };
      await deregister({ ConsumerARN: a }, a);
      await deregister({ StreamARN, ConsumerName: "b" }, b);
      const { Consumers = [] } = await context.kinesis.send(new ListStreamConsumersCommand({ StreamARN }));
      return Consumers.map(({ ConsumerName }) => ConsumerName);
    },
  },
  {
    call: "DeregisterStreamConsumer",
    rule: "a consumer of the same name has another ARN, since its ARN holds the time",
    source: reference("Consumer"),
    uses: ["RegisterStreamConsumer"],
    aws: "another",
    run: async (context) => {
      await context.createStream();
      const first = await context.registerConsumer("billing");
      await context.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN: first }));
      await untilGone(context, first);
      // The time in it counts seconds.
      await context.elapse(1_000);
      const second = await context.registerConsumer("billing");
      return second === first ? "the same" : "another";
    },
  },
  {
    call: "DeregisterStreamConsumer",
    rule: "an unknown consumer is not found",
    source: reference("DeregisterStreamConsumer"),
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) =>
      outcomeOf(kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN: NO_CONSUMER }))),
  },
];
