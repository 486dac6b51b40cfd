// A row as the KCL for Java leaves it, and what a test says of rows.

import type { Row } from "./dynamodb-lab.ts";

export const SHARD = "shardId-000000000000";
export const at = (sequenceNumber: number | string): { sequenceNumber: string } => ({
  sequenceNumber: String(sequenceNumber),
});

/** Of KCL 3.5.1, in its own words: a lease that it owns, with a prepared checkpoint. */
export const OF_JAVA: Row = {
  checkpoint: { S: "49680427575465428493254121606305859263931746282889019394" },
  checkpointSubSequenceNumber: { N: "49" },
  endingHashKey: { S: "170141183460469231731687303715884105726" },
  entityType: { S: "LEASE" },
  leaseCounter: { N: "12" },
  leaseKey: { S: SHARD },
  leaseOwner: { S: "java-1" },
  ownerSwitchesSinceCheckpoint: { N: "1" },
  parentShardId: { SS: ["shardId-000000000007", "shardId-000000000008"] },
  pendingCheckpoint: { S: "49680427575465428493254121606305859263931746282889019394" },
  pendingCheckpointState: { B: new TextEncoder().encode("resume-state") },
  pendingCheckpointSubSequenceNumber: { N: "77" },
  startingHashKey: { S: "0" },
  throughputKBps: { N: "0.064558" },
};
/** Its last record's successor. */
export const LATER = "49680427575465428493254121606305859263931746282889019395";
