// ListShards.

import type { ShardFilter } from "@aws-sdk/client-kinesis";
import type { InputOf, OutputOf } from "../../action.ts";
import { invalidArgument, ServiceError } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { openToken, sealToken } from "../opaque-token.ts";
import type { Shard } from "../shard.ts";
import type { Stream } from "../stream.ts";
import type { CallConditions } from "./call-conditions.ts";

/** "At most 1000 results are returned." */
const MOST_SHARDS = 1_000;
const CALLS_PER_SECOND = 1_000;

interface Listing {
  readonly stream: Stream;
  readonly afterShardId: string;
  readonly filter: { readonly type: string; readonly timestampMs: number };
}

export function listShards(
  account: Account,
  input: InputOf<"ListShards">,
  { staleBy }: CallConditions = {},
): OutputOf<"ListShards"> {
  const { MaxResults = MOST_SHARDS } = input;
  const { afterShardId, filter, stream } = input.NextToken === undefined ? begin(account, input) : goOn(account, input);
  account.admit("ListShards", CALLS_PER_SECOND, stream.name);
  const nowMs = account.nowMs();
  const shownMs = staleBy === "before-last-reshard" ? stream.reshardedAtMs - 1 : nowMs - (staleBy ?? 0);
  const listed = stream.shards.filter(
    (shard) =>
      // The first shards came with the stream: no listing is older than they are.
      (shard.isFirst || shard.createdAtMs <= shownMs) &&
      shard.id > afterShardId &&
      !stream.isExpired(shard) &&
      passes(shard, stream, filter, shownMs),
  );
  const page = listed.slice(0, Math.min(MaxResults, MOST_SHARDS));
  const last = page.at(-1);
  return {
    Shards: page.map((shard) => shard.describe(shownMs)),
    ...(last && page.length < listed.length
      ? {
          NextToken: sealToken("shards", [
            stream.name,
            stream.ordinal,
            last.id,
            filter.type,
            filter.timestampMs,
            nowMs,
          ]),
        }
      : {}),
  };
}

/** Undefined for what is no NextToken of ListShards. */
export function streamOfListing(nextToken: string): string | undefined {
  return openToken("shards", nextToken)?.[0];
}

function begin(account: Account, input: InputOf<"ListShards">): Listing {
  const { ExclusiveStartShardId, ShardFilter, StreamCreationTimestamp } = input;
  if (input.StreamName === undefined && input.StreamARN === undefined) {
    throw invalidArgument("Either NextToken or StreamName should be provided.");
  }
  const stream = account.streamOf(input);
  if (
    StreamCreationTimestamp &&
    Math.floor(StreamCreationTimestamp.getTime() / 1_000) !== Math.floor(stream.createdAtMs / 1_000)
  ) {
    throw account.noStream(stream.name);
  }
  const after = ShardFilter?.Type === "AFTER_SHARD_ID" ? ShardFilter.ShardId : ExclusiveStartShardId;
  return { stream, afterShardId: after ?? "", filter: readFilter(ShardFilter) };
}

function goOn(account: Account, input: InputOf<"ListShards">): Listing {
  const { ExclusiveStartShardId, NextToken = "", ShardFilter, StreamCreationTimestamp, StreamName } = input;
  for (const [name, value] of Object.entries({
    StreamName,
    ExclusiveStartShardId,
    StreamCreationTimestamp,
    ShardFilter,
  })) {
    if (value !== undefined) throw invalidArgument(`NextToken and ${name} cannot be provided together.`);
  }
  const [streamName, ordinal, afterShardId, type, timestamp, issuedAt] = openToken("shards", NextToken) ?? [];
  if (streamName === undefined || afterShardId === undefined || type === undefined) {
    throw invalidArgument("Invalid NextToken.");
  }
  if (account.nowMs() - Number(issuedAt) > account.limits.tokenLifeMs) {
    throw new ServiceError("ExpiredNextTokenException", "NextToken has expired.");
  }
  const stream = account.streamAt(Number(ordinal), streamName);
  return { stream, afterShardId, filter: { type, timestampMs: Number(timestamp) } };
}

function readFilter(filter: ShardFilter | undefined): Listing["filter"] {
  const { ShardId, Timestamp, Type: type = "FROM_TRIM_HORIZON" } = filter ?? {};
  const byTime = type === "AT_TIMESTAMP" || type === "FROM_TIMESTAMP";
  if (byTime && !Timestamp) throw invalidArgument(`A Timestamp must be specified with a ShardFilter of type ${type}.`);
  if (!byTime && Timestamp) throw invalidArgument(`A ShardFilter of type ${type} takes no Timestamp.`);
  if (type === "AFTER_SHARD_ID" && ShardId === undefined) {
    throw invalidArgument(`A ShardId must be specified with a ShardFilter of type ${type}.`);
  }
  if (type !== "AFTER_SHARD_ID" && ShardId !== undefined) {
    throw invalidArgument(`A ShardFilter of type ${type} takes no ShardId.`);
  }
  return { type, timestampMs: Timestamp?.getTime() ?? 0 };
}

/** The words are those of the documentation of ShardFilter. */
function passes(
  shard: Shard,
  { horizonMs }: Stream,
  { timestampMs, type }: Listing["filter"],
  shownMs: number,
): boolean {
  const { createdAtMs, isFirst } = shard;
  const closedAtMs =
    shard.closedAtMs !== undefined && shard.closedAtMs <= shownMs ? shard.closedAtMs : Number.POSITIVE_INFINITY;
  switch (type) {
    case "AT_LATEST": // "only the currently open shards"
      return closedAtMs === Number.POSITIVE_INFINITY;
    // "All the shards that were open at TRIM_HORIZON": of a parent and its children that meet there, the parent, for it
    // may hold a record of that very millisecond.
    case "AT_TRIM_HORIZON":
      return (isFirst || createdAtMs < horizonMs) && closedAtMs >= horizonMs;
    case "AT_TIMESTAMP": // "whose start timestamp is less than or equal to the given timestamp and end timestamp is greater than or equal"
      return createdAtMs <= timestampMs && closedAtMs >= timestampMs;
    case "FROM_TIMESTAMP": // "all closed shards whose end timestamp is greater than or equal to the given timestamp and also all open shards"
      return closedAtMs >= Math.max(timestampMs, horizonMs);
    default: // AFTER_SHARD_ID, FROM_TRIM_HORIZON: "all the shards within the retention period"
      return true;
  }
}
