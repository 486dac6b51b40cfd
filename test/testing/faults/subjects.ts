// Calls as the model shows them to the faults.

import type { CallSubject } from "../../../src/testing/faults/index.ts";

export function call(action: CallSubject["action"], change: Partial<CallSubject> = {}): CallSubject {
  return { action, streamName: "orders", shardIds: [], nowMs: 0, ...change };
}

/** PutRecords with an entry for each of the shards named. */
export function putRecords(...entryShardIds: string[]): CallSubject {
  return call("PutRecords", { shardIds: [...new Set(entryShardIds)], entryShardIds });
}
