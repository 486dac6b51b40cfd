// What a call is about, as far as it can be told before it is made: faults strike by stream and shard.

import type { PutRecordsRequestEntry } from "@aws-sdk/client-kinesis";
import type { ActionName, InputOf } from "../action.ts";
import { ServiceError } from "../service-error.ts";
import type { Account, StreamReference } from "./account.ts";
import { shardOf, standsOn, streamOfListing } from "./actions/index.ts";
import { readShardIterator } from "./shard-iterator.ts";

export interface CallTarget {
  readonly streamName: string | undefined;
  /** The shards that it writes to, reads from or changes. */
  readonly shardIds: readonly string[];
  /** PutRecords: where each entry would land. */
  readonly entryShardIds?: readonly (string | undefined)[];
}

type TargetReaders = { readonly [Name in ActionName]?: (account: Account, input: InputOf<Name>) => CallTarget };

const TARGETS: TargetReaders = {
  PutRecord: (account, input) => targetOfEntries(account, input, [input]),
  PutRecords: (account, input) => targetOfEntries(account, input, input.Records ?? []),
  GetRecords: (account, { ShardIterator }) => {
    const { shard, stream } = standsOn(account, readShardIterator(ShardIterator ?? ""));
    return { streamName: stream.name, shardIds: [shard.id] };
  },
  GetShardIterator: (account, input) => ({ streamName: account.nameOf(input), shardIds: present(input.ShardId) }),
  ListShards: (account, input) => ({
    streamName: input.NextToken === undefined ? account.nameOf(input) : streamOfListing(input.NextToken),
    shardIds: [],
  }),
  SubscribeToShard: (account, input) => ({ streamName: streamNamed(account, input), shardIds: present(input.ShardId) }),
  SplitShard: (account, input) => ({ streamName: account.nameOf(input), shardIds: present(input.ShardToSplit) }),
  MergeShards: (account, input) => ({
    streamName: account.nameOf(input),
    shardIds: present(input.ShardToMerge, input.AdjacentShardToMerge),
  }),
};

interface Naming extends StreamReference {
  readonly ConsumerARN?: string;
  readonly ResourceARN?: string;
}

/** Never throws: what cannot be told is left out, and the call itself then says what is wrong. */
export function callTarget<Name extends ActionName>(account: Account, action: Name, input: InputOf<Name>): CallTarget {
  const read = TARGETS[action];
  try {
    return read ? read(account, input) : { streamName: streamNamed(account, input), shardIds: [] };
  } catch (error) {
    if (error instanceof ServiceError) return { streamName: undefined, shardIds: [] };
    throw error;
  }
}

/** By its own name or ARN, or by the ARN of what belongs to it. @throws `ServiceError` */
function streamNamed(account: Account, input: object): string {
  const { ConsumerARN, ResourceARN, StreamARN, StreamName } = input as Naming;
  const arn = StreamARN ?? ResourceARN ?? ConsumerARN;
  return account.nameOf({ StreamName, StreamARN: arn?.replace(/\/consumer\/.*$/, "") });
}

function targetOfEntries(
  account: Account,
  reference: StreamReference,
  entries: readonly PutRecordsRequestEntry[],
): CallTarget {
  const stream = account.streamOf(reference);
  const entryShardIds = entries.map((entry) => shardOf(stream, entry)?.id);
  return { streamName: stream.name, shardIds: present(...new Set(entryShardIds)), entryShardIds };
}

function present(...shardIds: readonly (string | undefined)[]): string[] {
  return shardIds.filter((id) => id !== undefined);
}
