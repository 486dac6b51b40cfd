// A stream's capacity: its mode, its throughput, who decides the shard; and the account's commitment to it.

import {
  DescribeAccountSettingsCommand,
  type StreamMode,
  UpdateAccountSettingsCommand,
  UpdateStreamModeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
  UpdateStreamWarmThroughputCommand,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

async function setMode(context: Context, StreamARN: string | undefined, StreamMode: StreamMode): Promise<void> {
  await context.kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode } }));
  await context.untilActive();
}

async function allowWarmThroughput({ kinesis }: Context): Promise<string | undefined> {
  const { MinimumThroughputBillingCommitment } = await kinesis.send(
    new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment: { Status: "ENABLED" } }),
  );
  return MinimumThroughputBillingCommitment?.Status;
}

export const capacity: readonly Scenario[] = [
  {
    call: "UpdateStreamMode",
    rule: "it sets the mode, to and fro",
    source: reference("UpdateStreamMode"),
    aws: ["ON_DEMAND", "PROVISIONED"],
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const seen = [];
      for (const mode of ["ON_DEMAND", "PROVISIONED"] as const) {
        await setMode(context, StreamARN, mode);
        seen.push((await context.summary()).StreamModeDetails?.StreamMode);
      }
      return seen;
    },
  },
  {
    call: "DescribeAccountSettings",
    rule: "there is no billing commitment until the account has made one",
    source: reference("MinimumThroughputBillingCommitmentOutput"),
    aws: "DISABLED",
    run: async ({ kinesis }) => {
      const { MinimumThroughputBillingCommitment } = await kinesis.send(new DescribeAccountSettingsCommand());
      return MinimumThroughputBillingCommitment?.Status;
    },
  },
  {
    call: "UpdateAccountSettings",
    rule: "it answers with the settings from now on, and DescribeAccountSettings has them",
    source: reference("UpdateAccountSettings"),
    uses: ["DescribeAccountSettings"],
    aws: { answer: "ENABLED", described: "ENABLED", since: true },
    run: async (context) => {
      const answer = await allowWarmThroughput(context);
      const { MinimumThroughputBillingCommitment } = await context.kinesis.send(new DescribeAccountSettingsCommand());
      const { StartedAt, Status } = MinimumThroughputBillingCommitment ?? {};
      return { answer, described: Status, since: StartedAt instanceof Date };
    },
  },
  {
    call: "UpdateStreamWarmThroughput",
    rule: "it needs a stream on demand, and an account with a billing commitment",
    source: reference("UpdateStreamWarmThroughput"),
    uses: ["UpdateAccountSettings"],
    aws: { provisioned: "refused", "without commitment": "refused", "with it": "accepted" },
    run: async (context) => {
      await context.createStream({ StreamName: "provisioned" });
      await context.createStream({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
      const warm = (StreamName: string) => {
        const input = { StreamName, WarmThroughputMiBps: 10 };
        return isRefused(context.kinesis.send(new UpdateStreamWarmThroughputCommand(input)));
      };
      const before = await warm(STREAM);
      await allowWarmThroughput(context);
      return { provisioned: await warm("provisioned"), "without commitment": before, "with it": await warm(STREAM) };
    },
  },
  {
    call: "UpdateStreamWarmThroughput",
    rule: "the stream is UPDATING, then its summary has the new throughput",
    source: reference("UpdateStreamWarmThroughput"),
    uses: ["UpdateAccountSettings"],
    time: "tight",
    aws: { answer: 10, statuses: ["UPDATING", "ACTIVE"], stream: 10 },
    run: async (context) => {
      await allowWarmThroughput(context);
      await context.createStream({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
      const input = { StreamName: STREAM, WarmThroughputMiBps: 10 };
      const update = context.kinesis.send(new UpdateStreamWarmThroughputCommand(input));
      const statuses = await context.statusesAfter(update);
      const { WarmThroughput } = await update;
      return {
        answer: WarmThroughput?.TargetMiBps,
        statuses,
        stream: (await context.summary()).WarmThroughput?.CurrentMiBps,
      };
    },
  },
  {
    call: "UpdateStreamRecordDistributionStrategy",
    rule: "AUTO is refused on a provisioned stream",
    source: reference("UpdateStreamRecordDistributionStrategy"),
    aws: "InvalidArgumentException",
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      const input = { StreamARN, RecordDistributionStrategy: "AUTO" } as const;
      return outcomeOf(context.kinesis.send(new UpdateStreamRecordDistributionStrategyCommand(input)));
    },
  },
  {
    call: "UpdateStreamRecordDistributionStrategy",
    rule: "with AUTO, records of one key go to every shard; with USER_PARTITION_KEY, to one again",
    source: reference("UpdateStreamRecordDistributionStrategy"),
    aws: { AUTO: 4, USER_PARTITION_KEY: 1 },
    run: async (context) => {
      const { StreamARN } = await context.createStream({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
      const shardsWith = async (RecordDistributionStrategy: "AUTO" | "USER_PARTITION_KEY") => {
        await context.kinesis.send(
          new UpdateStreamRecordDistributionStrategyCommand({ StreamARN, RecordDistributionStrategy }),
        );
        const shards = new Set<string | undefined>();
        for (let n = 0; n < 40; n++) shards.add((await context.put("x")).ShardId);
        return shards.size;
      };
      return { AUTO: await shardsWith("AUTO"), USER_PARTITION_KEY: await shardsWith("USER_PARTITION_KEY") };
    },
  },
];
