// All scenarios, in the order of the page.

import type { Scenario } from "../scenario.ts";
import { capacity } from "./capacity.ts";
import { consumers } from "./consumers.ts";
import { createStream } from "./create-stream.ts";
import { deleteStream } from "./delete-stream.ts";
import { describeStreams } from "./describe.ts";
import { getRecords } from "./get-records.ts";
import { listShards } from "./list-shards.ts";
import { messages } from "./messages.ts";
import { putLimits } from "./put-limits.ts";
import { putRouting } from "./put-routing.ts";
import { rates } from "./rates.ts";
import { resharding } from "./resharding.ts";
import { settings } from "./settings.ts";
import { shardEnd } from "./shard-end.ts";
import { shardIterators } from "./shard-iterators.ts";
import { streamArn } from "./stream-arn.ts";
import { subscribeToShard } from "./subscribe-to-shard.ts";
import { tags } from "./tags.ts";
import { throttles } from "./throttles.ts";
import { updateShardCount } from "./update-shard-count.ts";

export const scenarios: readonly Scenario[] = [
  ...createStream,
  ...describeStreams,
  ...deleteStream,
  ...streamArn,
  ...listShards,
  ...putRouting,
  ...putLimits,
  ...shardIterators,
  ...getRecords,
  ...shardEnd,
  ...resharding,
  ...updateShardCount,
  ...settings,
  ...capacity,
  ...tags,
  ...consumers,
  ...subscribeToShard,
  ...throttles,
  ...rates,
  ...messages,
];
