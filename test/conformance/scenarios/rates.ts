// How often a call may be made, and how long a NextToken is good. In virtual time no second goes by between two calls.

import {
  DescribeLimitsCommand,
  DescribeStreamCommand,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-kinesis";
import type { ActionName } from "../../../src/testing/index.ts";
import { type Context, STREAM } from "../context.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

function perSecond(
  call: ActionName,
  count: number,
  exception: string,
  rule: string,
  send: (context: Context) => Promise<unknown>,
): Scenario {
  return {
    call,
    rule,
    source: reference(call),
    rates: "aws",
    time: "virtual",
    aws: { accepted: count, oneMore: exception, aSecondLater: "accepted" },
    run: async (context) => {
      await context.createStream();
      // What creating it took.
      await context.elapse(1_000);
      let accepted = 0;
      let outcome = await outcomeOf(send(context));
      while (outcome === "accepted" && accepted <= count) {
        accepted++;
        outcome = await outcomeOf(send(context));
      }
      await context.elapse(1_000);
      return { accepted, oneMore: outcome, aSecondLater: await outcomeOf(send(context)) };
    },
  };
}

export const rates: readonly Scenario[] = [
  perSecond("ListShards", 1_000, "LimitExceededException", "1,000 calls a second for a stream", ({ kinesis }) =>
    kinesis.send(new ListShardsCommand({ StreamName: STREAM })),
  ),
  perSecond("DescribeStream", 10, "LimitExceededException", "10 calls a second for an account", ({ kinesis }) =>
    kinesis.send(new DescribeStreamCommand({ StreamName: STREAM })),
  ),
  perSecond("ListStreams", 5, "LimitExceededException", "5 calls a second for an account", ({ kinesis }) =>
    kinesis.send(new ListStreamsCommand()),
  ),
  perSecond("DescribeLimits", 1, "LimitExceededException", "one call a second for an account", ({ kinesis }) =>
    kinesis.send(new DescribeLimitsCommand()),
  ),
  perSecond(
    "GetShardIterator",
    5,
    "ProvisionedThroughputExceededException",
    "5 calls a second for a shard",
    (context) => context.iterator(),
  ),
  {
    call: "ListShards",
    rule: "a NextToken is good for 300 s",
    source: reference("ListShards"),
    time: "virtual",
    aws: { "after 299 s": "accepted", "after 301 s": "ExpiredNextTokenException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      const { NextToken } = await context.kinesis.send(new ListShardsCommand({ StreamName: STREAM, MaxResults: 1 }));
      const more = () => outcomeOf(context.kinesis.send(new ListShardsCommand({ NextToken })));
      await context.elapse(299_000);
      const before = await more();
      await context.elapse(2_000);
      return { "after 299 s": before, "after 301 s": await more() };
    },
  },
  {
    call: "ListStreamConsumers",
    rule: "a NextToken is good for 300 s",
    source: reference("ListStreamConsumers"),
    uses: ["RegisterStreamConsumer"],
    time: "virtual",
    aws: { "after 299 s": "accepted", "after 301 s": "ExpiredNextTokenException" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      for (const name of ["a", "b"]) await context.registerConsumer(name);
      const { NextToken } = await context.kinesis.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 1 }));
      const more = () => outcomeOf(context.kinesis.send(new ListStreamConsumersCommand({ StreamARN, NextToken })));
      await context.elapse(299_000);
      const before = await more();
      await context.elapse(2_000);
      return { "after 299 s": before, "after 301 s": await more() };
    },
  },
];
