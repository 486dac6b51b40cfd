// DeleteStream, and what is left of a stream.

import {
  DeleteStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
} from "@aws-sdk/client-kinesis";
import { STREAM } from "../context.ts";
import { outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

const source = reference("DeleteStream");

export const deleteStream: readonly Scenario[] = [
  {
    call: "DeleteStream",
    rule: "a stream is DELETING at once, and gone later",
    source,
    time: "tight",
    aws: ["DELETING", "gone"],
    run: async (context) => {
      await context.createStream();
      const deleted = context.kinesis.send(new DeleteStreamCommand({ StreamName: STREAM }));
      return context.statusesAfter(deleted, "gone");
    },
  },
  {
    call: "DeleteStream",
    rule: "a stream that does not exist is not found",
    source,
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) => outcomeOf(kinesis.send(new DeleteStreamCommand({ StreamName: STREAM }))),
  },
  {
    call: "DeleteStream",
    rule: "with registered consumers it is refused, unless EnforceConsumerDeletion is set",
    source,
    uses: ["RegisterStreamConsumer"],
    aws: { unset: "ResourceInUseException", false: "ResourceInUseException", true: "accepted" },
    run: async (context) => {
      await context.createStream();
      await context.registerConsumer("billing");
      const remove = (EnforceConsumerDeletion?: boolean) =>
        outcomeOf(context.kinesis.send(new DeleteStreamCommand({ StreamName: STREAM, EnforceConsumerDeletion })));
      return { unset: await remove(), false: await remove(false), true: await remove(true) };
    },
  },
  {
    call: "DeleteStream",
    rule: "its consumers go with it",
    source: reference("DescribeStreamConsumer"),
    uses: ["RegisterStreamConsumer"],
    aws: "ResourceNotFoundException",
    run: async (context) => {
      await context.createStream();
      const ConsumerARN = await context.registerConsumer("billing");
      await context.kinesis.send(new DeleteStreamCommand({ StreamName: STREAM, EnforceConsumerDeletion: true }));
      await context.untilGone(() => context.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM })));
      return outcomeOf(context.kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN })));
    },
  },
  {
    call: "DeleteStream",
    rule: "its records go with it: a new stream of the name is empty",
    source,
    aws: { old: ["paid"], new: [] },
    run: async (context) => {
      await context.createStream();
      await context.put("paid");
      const old = await context.read();
      await context.kinesis.send(new DeleteStreamCommand({ StreamName: STREAM }));
      await context.untilGone(() => context.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM })));
      await context.createStream();
      return { old, new: await context.read() };
    },
  },
  {
    call: "DeleteStream",
    rule: "a shard iterator of a deleted stream finds nothing",
    source,
    aws: "ResourceNotFoundException",
    run: async (context) => {
      await context.createStream();
      const iterator = await context.iterator();
      await context.kinesis.send(new DeleteStreamCommand({ StreamName: STREAM }));
      await context.untilGone(() => context.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: STREAM })));
      return outcomeOf(context.getRecords(iterator));
    },
  },
];
