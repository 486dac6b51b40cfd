// What a call is about, as far as it can be told before it is made: faults strike by stream and shard.

import type { PutRecordsRequestEntry } from "@aws-sdk/client-kinesis";
import type { ActionName, InputOf } from "../action.ts";
import { ServiceError } from "../service-error.ts";
import type { Account, StreamReference } from "./account.ts";
import { shardOf, standsOn } from "./actions/index.ts";
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
  SubscribeToShard: (account, { ConsumerARN, ShardId }) => ({
    streamName: account.consumerOf({ ConsumerARN }).stream.name,
    shardIds: present(ShardId),
  }),
  SplitShard: (account, input) => ({ streamName: account.nameOf(input), shardIds: present(input.ShardToSplit) }),
  MergeShards: (account, input) => ({
    streamName: account.nameOf(input),
    shardIds: present(input.ShardToMerge, input.AdjacentShardToMerge),
  }),
};

/** Never throws: what cannot be told is left out, and the call itself then says what is wrong. */
export function callTarget<Name extends ActionName>(account: Account, action: Name, input: InputOf<Name>): CallTarget {
  const read = TARGETS[action];
  try {
    return read ? read(account, input) : { streamName: account.nameOf(input as StreamReference), shardIds: [] };
  } catch (error) {
    if (error instanceof ServiceError) return { streamName: undefined, shardIds: [] };
    throw error;
  }
}

function targetOfEntries(
  account: Account,
  reference: { readonly StreamName?: string | undefined; readonly StreamARN?: string | undefined },
  entries: readonly PutRecordsRequestEntry[],
): CallTarget {
  const stream = account.streamOf(reference);
  const entryShardIds = entries.map((entry) => shardOf(stream, entry)?.id);
  return { streamName: stream.name, shardIds: present(...new Set(entryShardIds)), entryShardIds };
}

function present(...shardIds: readonly (string | undefined)[]): string[] {
  return shardIds.filter((id) => id !== undefined);
}
