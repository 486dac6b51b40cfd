// Which user records may share a container, and that those of one key keep their order in it.

import { InvalidOptionError } from "./errors.ts";
import { hashKeyOf, hashKeysOf } from "./hash-keys.ts";
import { payloadOf } from "./payload.ts";
import type { UserRecordInput } from "./records.ts";
import type { ShardMap } from "./shard-map.ts";

/** How user records are put together. There is no default: the wrong one loses data at a KCL. */
export type GroupBy =
  /** Same key and same effective hash key only: safe under any resharding, no shard map needed. */
  | "partitionKey"
  /** One container for all, whatever their shards: for a stream of one shard, or readers without a range rule. A KCL drops what straddles. */
  | "none"
  /** By predicted shard, as the KPL. A record whose shard is unknown is not aggregated. */
  | ShardMap;

/**
 * The records in runs: those of a run may share containers, and come in the order of their arrival.
 * @throws `KPL_KIT_INVALID_OPTION`
 */
export function runsOf(records: Iterable<UserRecordInput>, groupBy: GroupBy): Iterable<Iterable<UserRecordInput>> {
  if (groupBy === "none") return [records];
  const byKey = groupBy === "partitionKey";
  if (!byKey && typeof groupBy?.shardFor !== "function") {
    throw new InvalidOptionError("groupBy", groupBy, "one of partitionKey, none or a ShardMap");
  }
  const runs: UserRecordInput[][] = [];
  const payloads = Array.from(records, payloadOf);
  const hashed = payloads.filter(({ explicitHashKey }) => explicitHashKey === undefined);
  const partitionKeys = [...new Set(hashed.map(({ partitionKey }) => partitionKey))];
  const hashes = hashKeysOf(partitionKeys);
  const hashKeys = new Map(partitionKeys.map((partitionKey, index) => [partitionKey, hashes[index]!]));
  const open = new Map<string, { readonly run: UserRecordInput[]; readonly hashKey: bigint }>();
  for (const record of payloads) {
    const { partitionKey, explicitHashKey } = record;
    const hashKey = explicitHashKey === undefined ? hashKeys.get(partitionKey)! : hashKeyOf(record); // hashed just now
    const group = byKey ? partitionKey : groupBy.shardFor(hashKey)?.shardId;
    const last = group === undefined ? undefined : open.get(group);
    // A key's run ends where its hash key changes, and is not taken up again: after a merge both may lie on one shard.
    if (last && (!byKey || last.hashKey === hashKey)) last.run.push(record);
    else {
      const run = [record];
      runs.push(run);
      if (group !== undefined) open.set(group, { run, hashKey });
    }
  }
  return runs;
}
