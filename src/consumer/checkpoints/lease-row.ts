// A row of the KCL's lease table, as far as it tells of a checkpoint. KCL: DynamoDBLeaseSerializer.

import type { AttributeValue, UpdateItemInput } from "@aws-sdk/client-dynamodb";
import { comparePositions, type Position } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { LeaseRowUnreadableError } from "./errors.ts";

export type Item = Readonly<Record<string, AttributeValue>>;

export interface LeaseRow {
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
  /** Changed by whoever writes the row, a worker's heartbeat included. Absent: a row that no KCL could read either. */
  readonly leaseCounter: number | undefined;
  /** The KCL worker whose shard it is. */
  readonly owner: string | undefined;
}

/**
 * `undefined`: the row is of another kind, such as a worker's metrics.
 * @throws `KPL_KIT_LEASE_ROW_UNREADABLE`
 */
export function readLeaseRow(tableName: string, item: Item): LeaseRow | undefined {
  const { checkpoint, checkpointOwner, checkpointTimestamp, entityType, leaseCounter, leaseKey, leaseOwner } = item;
  // A KCL before 3.5 writes no entityType, and nothing but leases into this table.
  const isLease = entityType ? entityType.S === "LEASE" : checkpoint !== undefined || leaseCounter !== undefined;
  const shardId = leaseKey?.S;
  if (!isLease || shardId === undefined) return undefined;
  const unreadable = (reason: string, cause?: unknown): LeaseRowUnreadableError =>
    new LeaseRowUnreadableError(tableName, shardId, reason, { cause });
  // Its lease keys are no shard ids: each shard of ours would look as if nobody had read it.
  if (item["streamName"]) throw unreadable("it is of a table that several streams share");
  const subSequenceNumber = item["checkpointSubSequenceNumber"];
  if (checkpoint?.S === undefined) throw unreadable("it has no checkpoint (S)");
  const position = { sequenceNumber: checkpoint.S, subSequenceNumber: numberOf(subSequenceNumber) ?? 0 };
  try {
    comparePositions(position, position);
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
  const timestamp = checkpointTimestamp && new Date(numberOf(checkpointTimestamp) ?? Number.NaN);
  if (timestamp && Number.isNaN(timestamp.getTime())) throw unreadable("its checkpointTimestamp is no time (N)");
  return {
    shardId,
    checkpoint: { ...position, ...(timestamp && { timestamp }) },
    leaseCounter: numberOf(leaseCounter),
    // While a lease is handed over, the old owner still works on it.
    owner: checkpointOwner?.S ?? leaseOwner?.S,
  };
}

/** An attribute of another type is no number, not an absent one. */
function numberOf(attribute: AttributeValue | undefined): number | undefined {
  return attribute && Number(attribute.N);
}

/** What a save found: a row, or none. */
export type Found = LeaseRow | "absent";

/** The counter of the row once our write has gone through. The KCL, too, begins at 0. */
export function counterAfterWrite(found: Found): number {
  return found === "absent" ? 0 : (found.leaseCounter ?? 0) + 1;
}

/**
 * Writes a checkpoint as the KCL does, on the condition that the row is as it was found. What else is in it stays: owner,
 * parents, hash keys, attributes that nobody here knows.
 */
export function checkpointUpdate(
  tableName: string,
  shardId: string,
  found: Found,
  { sequenceNumber, subSequenceNumber = 0, timestamp }: Checkpoint,
): UpdateItemInput {
  const isNew = found === "absent";
  const set = [
    "#checkpoint = :checkpoint",
    "#subSequenceNumber = :subSequenceNumber",
    "#ownerSwitches = :zero",
    "#leaseCounter = :next",
    // Not in rows that an older KCL has made: it does not add it either.
    ...(isNew ? ["#entityType = :lease"] : []),
    ...(timestamp ? ["#timestamp = :timestamp"] : []),
  ];
  // What was prepared for a later checkpoint ends with any plain one.
  const remove = ["#pending", "#pendingSubSequenceNumber", "#pendingState", ...(timestamp ? [] : ["#timestamp"])];
  const hasCounter = !isNew && found.leaseCounter !== undefined;
  return {
    TableName: tableName,
    Key: { leaseKey: { S: shardId } },
    ConditionExpression: conditionOf(found),
    UpdateExpression: `SET ${set.join(", ")} REMOVE ${remove.join(", ")}`,
    ExpressionAttributeNames: {
      "#checkpoint": "checkpoint",
      "#leaseCounter": "leaseCounter",
      "#ownerSwitches": "ownerSwitchesSinceCheckpoint",
      "#pending": "pendingCheckpoint",
      "#pendingState": "pendingCheckpointState",
      "#pendingSubSequenceNumber": "pendingCheckpointSubSequenceNumber",
      "#subSequenceNumber": "checkpointSubSequenceNumber",
      "#timestamp": "checkpointTimestamp",
      ...(hasCounter ? {} : { "#leaseKey": "leaseKey" }),
      ...(isNew && { "#entityType": "entityType" }),
    },
    ExpressionAttributeValues: {
      ":checkpoint": { S: sequenceNumber },
      ":next": { N: String(counterAfterWrite(found)) },
      ":subSequenceNumber": { N: String(subSequenceNumber) },
      ":zero": { N: "0" },
      ...(hasCounter && { ":found": { N: String(found.leaseCounter) } }),
      ...(isNew && { ":lease": { S: "LEASE" } }),
      ...(timestamp && { ":timestamp": { N: String(timestamp.getTime()) } }),
    },
  };
}

function conditionOf(found: Found): string {
  if (found === "absent") return "attribute_not_exists(#leaseKey)";
  if (found.leaseCounter === undefined) return "attribute_exists(#leaseKey) AND attribute_not_exists(#leaseCounter)";
  return "#leaseCounter = :found";
}

export type Verdict = "write" | "stored" | "contested";

/** What to do with a row that was found, after a write that depended on `before` was refused, or before the first one. */
export function judgeRow(found: Found, before: Found | undefined, wanted: Position): Verdict {
  if (found === "absent") return "write";
  const order = comparePositions(found.checkpoint, wanted);
  if (before !== undefined) {
    // The SDK sends a call again when its answer is lost: the first one had gone through.
    if (order === 0 && found.leaseCounter === counterAfterWrite(before)) return "stored";
    // Of an owner that is gone the counter stands still.
    if (found.owner !== undefined) return "contested";
  }
  // What another has written is never turned back.
  return order > 0 ? "contested" : "write";
}
