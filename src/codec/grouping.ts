// Which user records may share a container, and that those of one key keep their order in it.

import type { Measurable } from "./container-size.ts";
import { InvalidOptionError } from "./errors.ts";
import { hashKeyOf } from "./hash-key.ts";
import type { ShardMap } from "./shard-map.ts";

/** How user records are put together. There is no default: the wrong one loses data at a KCL. */
export type GroupBy =
  /** Same key and same effective hash key only: safe under any resharding, no shard map needed. */
  | "partitionKey"
  /** One container for all, whatever their shards: for a stream of one shard, or readers without a range rule. A KCL drops what straddles. */
  | "none"
  /** By predicted shard, as the KPL. A record whose shard is unknown is not aggregated. */
  | ShardMap;

/** Takes records one by one, and gives back what had to be closed. */
export interface Container<Input, Entry> {
  add(record: Input): Entry | undefined;
  flush(): Entry | undefined;
}

/** Fills one container after another. @throws `KPL_KIT_INVALID_OPTION` */
export function pack<Input extends Measurable, Entry>(
  records: Iterable<Input>,
  groupBy: GroupBy,
  container: Container<Input, Entry>,
): Entry[] {
  const entries: Entry[] = [];
  for (const run of runsOf(records, groupBy)) {
    for (const record of run) {
      const closed = container.add(record);
      if (closed !== undefined) entries.push(closed);
    }
    const last = container.flush();
    if (last !== undefined) entries.push(last);
  }
  return entries;
}

function runsOf<Input extends Measurable>(records: Iterable<Input>, groupBy: GroupBy): Iterable<Iterable<Input>> {
  if (groupBy === "none") return [records];
  if (groupBy === "partitionKey") return runsOfPartitionKeys(records);
  if (typeof groupBy?.shardFor === "function") return runsOfShards(records, groupBy);
  throw new InvalidOptionError("groupBy", groupBy, '"partitionKey", "none" or a ShardMap');
}

/** A run ends where the key's hash key changes, and is not taken up again: after a merge both may lie on one shard. */
function* runsOfPartitionKeys<Input extends Measurable>(records: Iterable<Input>): Iterable<Input[]> {
  const byKey = new Map<string, Input[]>();
  for (const record of records) listed(byKey, record.partitionKey).push(record);
  for (const [partitionKey, list] of byKey) {
    const hashed = list.some((record) => record.explicitHashKey !== undefined) ? hashKeyOf(partitionKey) : undefined;
    let run: Input[] = [];
    let runHashKey: bigint | undefined;
    for (const record of list) {
      const hashKey = record.explicitHashKey === undefined ? hashed : hashKeyOf(record);
      if (run.length > 0 && hashKey !== runHashKey) {
        yield run;
        run = [];
      }
      runHashKey = hashKey;
      run.push(record);
    }
    yield run;
  }
}

function* runsOfShards<Input extends Measurable>(records: Iterable<Input>, shardMap: ShardMap): Iterable<Input[]> {
  const shardOfKey = new Map<string, string | undefined>();
  const byShard = new Map<string, Input[]>();
  const runs: Input[][] = [];
  for (const record of records) {
    const { partitionKey, explicitHashKey } = record;
    let shardId = explicitHashKey === undefined ? shardOfKey.get(partitionKey) : undefined;
    if (shardId === undefined) {
      shardId = shardMap.shardFor(hashKeyOf(record))?.shardId;
      if (explicitHashKey === undefined) shardOfKey.set(partitionKey, shardId);
    }
    const run = shardId === undefined ? [] : listed(byShard, shardId);
    if (run.length === 0) runs.push(run);
    run.push(record);
  }
  yield* runs;
}

function listed<Input>(lists: Map<string, Input[]>, key: string): Input[] {
  let list = lists.get(key);
  if (!list) lists.set(key, (list = []));
  return list;
}
