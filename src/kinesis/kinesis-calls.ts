// The calls of a consumer, typed, over whatever takes the SDK's commands. The commands come from the SDK that is installed,
// loaded when the first call is made.

import type {
  DescribeStreamConsumerInput,
  DescribeStreamConsumerOutput,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput,
  GetRecordsInput,
  GetRecordsOutput,
  GetShardIteratorInput,
  GetShardIteratorOutput,
  ListShardsInput,
  ListShardsOutput,
  RegisterStreamConsumerInput,
  RegisterStreamConsumerOutput,
  SubscribeToShardInput,
  SubscribeToShardOutput,
} from "@aws-sdk/client-kinesis";
import type { KinesisClientLike } from "./kinesis-client-like.ts";
import { loadPeers, type Peers } from "./peers.ts";

type Call<Input, Output> = (input: Input, signal?: AbortSignal) => Promise<Output>;

export interface KinesisCalls {
  readonly describeStreamConsumer: Call<DescribeStreamConsumerInput, DescribeStreamConsumerOutput>;
  readonly describeStreamSummary: Call<DescribeStreamSummaryInput, DescribeStreamSummaryOutput>;
  readonly getRecords: Call<GetRecordsInput, GetRecordsOutput>;
  readonly getShardIterator: Call<GetShardIteratorInput, GetShardIteratorOutput>;
  readonly listShards: Call<ListShardsInput, ListShardsOutput>;
  readonly registerStreamConsumer: Call<RegisterStreamConsumerInput, RegisterStreamConsumerOutput>;
  readonly subscribeToShard: Call<SubscribeToShardInput, SubscribeToShardOutput>;
}

/** @throws `KPL_KIT_MISSING_PEER` from a call, where the AWS SDK is not installed */
export function kinesisCalls(client: KinesisClientLike, peers: () => Pick<Peers, "client"> = loadPeers): KinesisCalls {
  const send = async <Output>(command: object, abortSignal: AbortSignal | undefined): Promise<Output> =>
    (await client.send(command as never, abortSignal ? { abortSignal } : {})) as Output;
  const sdk = (): Peers["client"] => peers().client;
  return {
    describeStreamConsumer: async (input, signal) => send(new (sdk().DescribeStreamConsumerCommand)(input), signal),
    describeStreamSummary: async (input, signal) => send(new (sdk().DescribeStreamSummaryCommand)(input), signal),
    getRecords: async (input, signal) => send(new (sdk().GetRecordsCommand)(input), signal),
    getShardIterator: async (input, signal) => send(new (sdk().GetShardIteratorCommand)(input), signal),
    listShards: async (input, signal) => send(new (sdk().ListShardsCommand)(input), signal),
    registerStreamConsumer: async (input, signal) => send(new (sdk().RegisterStreamConsumerCommand)(input), signal),
    subscribeToShard: async (input, signal) => send(new (sdk().SubscribeToShardCommand)(input), signal),
  };
}
