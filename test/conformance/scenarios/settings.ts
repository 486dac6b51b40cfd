// What can be set on a stream: retention, encryption, shard-level metrics.

import {
  DecreaseStreamRetentionPeriodCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  IncreaseStreamRetentionPeriodCommand,
  type MetricsName,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM } from "../context.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference } from "../sources.ts";

const KEY = "alias/aws/kinesis";
const HOUR = 3_600_000;

function increase(context: Context, RetentionPeriodHours: number): Promise<unknown> {
  return context.kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours }));
}

function decrease(context: Context, RetentionPeriodHours: number): Promise<unknown> {
  return context.kinesis.send(new DecreaseStreamRetentionPeriodCommand({ StreamName: STREAM, RetentionPeriodHours }));
}

export const settings: readonly Scenario[] = [
  {
    call: "IncreaseStreamRetentionPeriod",
    rule: "it sets the hours, up to 8,760",
    source: reference("IncreaseStreamRetentionPeriod"),
    aws: [48, 8_760],
    run: async (context) => {
      await context.createStream();
      const seen = [];
      for (const hours of [48, 8_760]) {
        await increase(context, hours);
        seen.push((await context.untilActive()).RetentionPeriodHours);
      }
      return seen;
    },
  },
  {
    call: "IncreaseStreamRetentionPeriod",
    rule: "more than 8,760 hours, and fewer than there are, are refused",
    source: reference("IncreaseStreamRetentionPeriod"),
    aws: { "8,761 hours": "InvalidArgumentException", "24 after 48": "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream();
      const tooMany = await outcomeOf(increase(context, 8_761));
      await increase(context, 48);
      await context.untilActive();
      return { "8,761 hours": tooMany, "24 after 48": await outcomeOf(increase(context, 24)) };
    },
  },
  {
    call: "DecreaseStreamRetentionPeriod",
    rule: "it sets the hours, down to 24",
    source: reference("DecreaseStreamRetentionPeriod"),
    aws: 24,
    run: async (context) => {
      await context.createStream();
      await increase(context, 48);
      await context.untilActive();
      await decrease(context, 24);
      return (await context.untilActive()).RetentionPeriodHours;
    },
  },
  {
    call: "DecreaseStreamRetentionPeriod",
    rule: "fewer than 24 hours, and more than there are, are refused",
    source: reference("DecreaseStreamRetentionPeriod"),
    aws: { "23 hours": "InvalidArgumentException", "72 after 48": "InvalidArgumentException" },
    run: async (context) => {
      await context.createStream();
      await increase(context, 48);
      await context.untilActive();
      return {
        "23 hours": await outcomeOf(decrease(context, 23)),
        "72 after 48": await outcomeOf(decrease(context, 72)),
      };
    },
  },
  {
    call: "DecreaseStreamRetentionPeriod",
    rule: "records older than the new retention are gone; a later increase does not bring them back",
    source: reference("IncreaseStreamRetentionPeriod"),
    time: "virtual",
    aws: { with48Hours: ["old"], with24Hours: [], with48HoursAgain: [] },
    run: async (context) => {
      await context.createStream();
      await increase(context, 48);
      await context.untilActive();
      await context.put("old");
      await context.elapse(30 * HOUR);
      const with48Hours = await context.read();
      await decrease(context, 24);
      await context.untilActive();
      const with24Hours = await context.read();
      await increase(context, 48);
      await context.untilActive();
      return { with48Hours, with24Hours, with48HoursAgain: await context.read() };
    },
  },
  {
    call: "StartStreamEncryption",
    rule: "the stream is UPDATING, then encrypted; the answers of puts and the records say so",
    source: reference("StartStreamEncryption"),
    time: "tight",
    aws: {
      statuses: ["UPDATING", "ACTIVE"],
      stream: { type: "KMS", key: KEY },
      put: "KMS",
      records: ["KMS"],
    },
    run: async (context) => {
      await context.createStream();
      const key = { StreamName: STREAM, EncryptionType: "KMS", KeyId: KEY } as const;
      const statuses = await context.statusesAfter(context.kinesis.send(new StartStreamEncryptionCommand(key)));
      const { EncryptionType, KeyId } = await context.summary();
      // "It can take up to 5 seconds": not in any engine here.
      const put = await context.put("x");
      const records = (await context.pages()).flatMap(({ Records = [] }) => Records);
      return {
        statuses,
        stream: { type: EncryptionType, key: KeyId },
        put: put.EncryptionType,
        records: records.map((record) => record.EncryptionType),
      };
    },
  },
  {
    call: "StartStreamEncryption",
    rule: "KMS is the only type, and needs a key",
    source: reference("StartStreamEncryption"),
    aws: { NONE: "refused", "no key": "refused" },
    run: async (context) => {
      await context.createStream();
      const start = (EncryptionType: "NONE" | "KMS", KeyId: string | undefined) =>
        isRefused(
          context.kinesis.send(new StartStreamEncryptionCommand({ StreamName: STREAM, EncryptionType, KeyId })),
        );
      return { NONE: await start("NONE", KEY), "no key": await start("KMS", undefined) };
    },
  },
  {
    call: "StopStreamEncryption",
    rule: "the stream is UPDATING, then no longer encrypted",
    source: reference("StopStreamEncryption"),
    uses: ["StartStreamEncryption"],
    time: "tight",
    aws: { statuses: ["UPDATING", "ACTIVE"], stream: "NONE" },
    run: async (context) => {
      await context.createStream();
      const key = { StreamName: STREAM, EncryptionType: "KMS", KeyId: KEY } as const;
      await context.kinesis.send(new StartStreamEncryptionCommand(key));
      await context.untilActive();
      const statuses = await context.statusesAfter(context.kinesis.send(new StopStreamEncryptionCommand(key)));
      return { statuses, stream: (await context.summary()).EncryptionType };
    },
  },
  {
    call: "EnableEnhancedMonitoring",
    rule: "it tells the metrics from before and from now on, and the stream's description has them",
    source: reference("EnableEnhancedMonitoring"),
    aws: {
      first: { current: [], desired: ["IncomingBytes"] },
      second: { current: ["IncomingBytes"], desired: ["IncomingBytes", "OutgoingRecords"] },
      stream: ["IncomingBytes", "OutgoingRecords"],
    },
    run: async (context) => {
      await context.createStream();
      const enable = async (metric: MetricsName) => {
        const { CurrentShardLevelMetrics = [], DesiredShardLevelMetrics = [] } = await context.kinesis.send(
          new EnableEnhancedMonitoringCommand({ StreamName: STREAM, ShardLevelMetrics: [metric] }),
        );
        await context.untilActive();
        return { current: CurrentShardLevelMetrics.toSorted(), desired: DesiredShardLevelMetrics.toSorted() };
      };
      const first = await enable("IncomingBytes");
      const second = await enable("OutgoingRecords");
      const { EnhancedMonitoring = [] } = await context.summary();
      const stream = EnhancedMonitoring.flatMap(({ ShardLevelMetrics = [] }) => ShardLevelMetrics).toSorted();
      return { first, second, stream };
    },
  },
  {
    call: "DisableEnhancedMonitoring",
    rule: "it tells the metrics from before and from now on; ALL means every one",
    source: reference("DisableEnhancedMonitoring"),
    uses: ["EnableEnhancedMonitoring"],
    aws: { enabled: 7, current: 7, desired: 6, afterAll: 0 },
    run: async (context) => {
      await context.createStream();
      const metrics = (...ShardLevelMetrics: MetricsName[]) => ({ StreamName: STREAM, ShardLevelMetrics });
      await context.kinesis.send(new EnableEnhancedMonitoringCommand(metrics("ALL")));
      const { EnhancedMonitoring = [] } = await context.untilActive();
      const named = EnhancedMonitoring.flatMap(({ ShardLevelMetrics = [] }) => ShardLevelMetrics);
      // Every one by its name, or all of them as ALL.
      const enabled = named.includes("ALL") ? 7 : named.length;
      const one = await context.kinesis.send(new DisableEnhancedMonitoringCommand(metrics("IncomingBytes")));
      await context.untilActive();
      const all = await context.kinesis.send(new DisableEnhancedMonitoringCommand(metrics("ALL")));
      return {
        enabled,
        current: one.CurrentShardLevelMetrics?.length,
        desired: one.DesiredShardLevelMetrics?.length,
        afterAll: all.DesiredShardLevelMetrics?.length ?? 0,
      };
    },
  },
];
