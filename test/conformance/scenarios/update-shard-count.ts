// UpdateShardCount: which shards there are then, and how far it goes.

import { UpdateShardCountCommand } from "@aws-sdk/client-kinesis";
import { STREAM } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import { lineageHolds, openRanges, updateTo } from "../reshard.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

export const updateShardCount: readonly Scenario[] = [
  {
    call: "UpdateShardCount",
    rule: "it tells the old and the new number; the stream is UPDATING, then ACTIVE",
    source: reference("UpdateShardCount"),
    time: "tight",
    aws: { name: STREAM, current: 1, target: 2, statuses: ["UPDATING", "ACTIVE"] },
    run: async (context) => {
      await context.createStream();
      const update = updateTo(context, 2);
      const statuses = await context.statusesAfter(update);
      const { CurrentShardCount, StreamName, TargetShardCount } = await update;
      return { name: StreamName, current: CurrentShardCount, target: TargetShardCount, statuses };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 1 to 2 to 4: open shards of equal size, each within the range of its parents",
    source: reference("UpdateShardCount"),
    aws: { ranges: ["0-2", "2-4", "4-6", "6-8"], summary: 4, lineage: true },
    run: async (context) => {
      await context.createStream();
      for (const target of [2, 4]) {
        await updateTo(context, target);
        await context.untilActive();
      }
      const ranges = (await openRanges(context)).map(({ from, to }) => `${from}-${to}`).toSorted();
      return { ranges, summary: (await context.summary()).OpenShardCount, lineage: await lineageHolds(context) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 4 to 2: neighbours merge",
    source: reference("UpdateShardCount"),
    aws: { ranges: ["0-4", "4-8"], lineage: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      await updateTo(context, 2);
      await context.untilActive();
      const ranges = (await openRanges(context)).map(({ from, to }) => `${from}-${to}`).toSorted();
      const shards = await context.shards();
      const merged = shards.filter(({ AdjacentParentShardId }) => AdjacentParentShardId !== undefined);
      return { ranges, lineage: merged.length >= 2 };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "from 2 to 3: open shards of equal size, whatever splits and merges that takes",
    source: reference("UpdateShardCount"),
    aws: { open: 3, equal: true, lineage: true },
    run: async (context) => {
      await context.createStream({ ShardCount: 2 });
      await updateTo(context, 3);
      await context.untilActive();
      const open = (await context.shards()).filter((shard) => !shard.SequenceNumberRange?.EndingSequenceNumber);
      const sizes = open.map(
        ({ HashKeyRange }) => BigInt(HashKeyRange?.EndingHashKey ?? 0) - BigInt(HashKeyRange?.StartingHashKey ?? 0),
      );
      const equal = sizes.every((size) => size - sizes[0]! <= 3n && size - sizes[0]! >= -3n); // there are three
      return { open: open.length, equal, lineage: await lineageHolds(context) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "more than double and less than half is refused",
    source: reference("UpdateShardCount"),
    aws: { "4 to 9": "LimitExceededException", "4 to 1": "LimitExceededException" },
    run: async (context) => {
      await context.createStream({ ShardCount: 4 });
      return { "4 to 9": await outcomeOf(updateTo(context, 9)), "4 to 1": await outcomeOf(updateTo(context, 1)) };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "ten times in 24 hours, and no more",
    source: reference("UpdateShardCount"),
    rates: "aws",
    time: "virtual",
    aws: { first: "accepted", tenth: "accepted", eleventh: "LimitExceededException", "a day later": "accepted" },
    run: async (context) => {
      await context.createStream();
      const outcomes: string[] = [];
      for (let n = 0; n < 11; n++) {
        await context.elapse(2_000);
        outcomes.push(await outcomeOf(updateTo(context, n % 2 === 0 ? 2 : 1)));
        await context.untilActive();
      }
      await context.elapse(25 * 3_600_000);
      const later = await outcomeOf(updateTo(context, 1));
      return { first: outcomes[0], tenth: outcomes[9], eleventh: outcomes[10], "a day later": later };
    },
  },
  {
    call: "UpdateShardCount",
    rule: "an unknown scaling type is refused",
    source: reference("UpdateShardCount"),
    aws: "refused",
    run: async (context) => {
      await context.createStream();
      const input = { StreamName: STREAM, TargetShardCount: 2, ScalingType: "SKEWED" as "UNIFORM_SCALING" };
      return isRefused(context.kinesis.send(new UpdateShardCountCommand(input)));
    },
  },
];
