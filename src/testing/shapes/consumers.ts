// Calls about the registered consumers of enhanced fan-out.

import type {
  DeregisterStreamConsumerInput,
  DescribeStreamConsumerInput,
  ListStreamConsumersInput,
  RegisterStreamConsumerInput,
} from "@aws-sdk/client-kinesis";
import { CONSUMER_ARN, CONSUMER_NAME, NEXT_TOKEN, STREAM_ARN, STREAM_ID } from "./identifiers.ts";
import { integer, type ShapesOf, structure, TIMESTAMP } from "./shape.ts";
import { TAG_MAP } from "./tags.ts";

export const CONSUMER_INPUTS: ShapesOf<
  "DeregisterStreamConsumer" | "DescribeStreamConsumer" | "ListStreamConsumers" | "RegisterStreamConsumer"
> = {
  DeregisterStreamConsumer: structure<DeregisterStreamConsumerInput>({
    StreamARN: STREAM_ARN,
    ConsumerName: CONSUMER_NAME,
    ConsumerARN: CONSUMER_ARN,
    StreamId: STREAM_ID,
  }),
  DescribeStreamConsumer: structure<DescribeStreamConsumerInput>({
    StreamARN: STREAM_ARN,
    ConsumerName: CONSUMER_NAME,
    ConsumerARN: CONSUMER_ARN,
    StreamId: STREAM_ID,
  }),
  ListStreamConsumers: structure<ListStreamConsumersInput>(
    {
      StreamARN: STREAM_ARN,
      NextToken: NEXT_TOKEN,
      MaxResults: integer({ min: 1, max: 10_000 }),
      StreamCreationTimestamp: TIMESTAMP,
      StreamId: STREAM_ID,
    },
    ["StreamARN"],
  ),
  RegisterStreamConsumer: structure<RegisterStreamConsumerInput>(
    { StreamARN: STREAM_ARN, ConsumerName: CONSUMER_NAME, StreamId: STREAM_ID, Tags: TAG_MAP },
    ["StreamARN", "ConsumerName"],
  ),
};
