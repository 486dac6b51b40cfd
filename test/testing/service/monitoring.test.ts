// Shard-level metrics.

import {
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  type MetricsName,
} from "@aws-sdk/client-kinesis";
import { expect, it } from "vitest";
import { CHANGE_MS, type ControlPlane, open, outcome, STREAM, STREAM_ARN, statuses, summary } from "./control-plane.ts";

const ALL = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

function enable({ client }: ControlPlane, ...ShardLevelMetrics: MetricsName[]) {
  return client.send(new EnableEnhancedMonitoringCommand({ StreamName: STREAM, ShardLevelMetrics }));
}

function disable({ client }: ControlPlane, ...ShardLevelMetrics: MetricsName[]) {
  return client.send(new DisableEnhancedMonitoringCommand({ StreamName: STREAM, ShardLevelMetrics }));
}

async function enabled(plane: ControlPlane): Promise<(string | undefined)[] | undefined> {
  const { EnhancedMonitoring = [] } = await summary(plane);
  return EnhancedMonitoring[0]?.ShardLevelMetrics;
}

it("an answer tells the metrics from before and from then on; the stream has them once it is ACTIVE", async () => {
  const plane = open();
  expect(await enable(plane, "OutgoingRecords")).toMatchObject({
    StreamName: STREAM,
    StreamARN: STREAM_ARN,
    CurrentShardLevelMetrics: [],
    DesiredShardLevelMetrics: ["OutgoingRecords"],
  });
  expect(await enabled(plane)).toEqual([]);
  expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
  expect(await enabled(plane)).toEqual(["OutgoingRecords"]);
  expect(await enable(plane, "IncomingBytes", "OutgoingRecords")).toMatchObject({
    CurrentShardLevelMetrics: ["OutgoingRecords"],
    DesiredShardLevelMetrics: ["IncomingBytes", "OutgoingRecords"],
  });
  await plane.clock.advance(CHANGE_MS);
  expect(await disable(plane, "OutgoingRecords", "OutgoingBytes")).toMatchObject({
    CurrentShardLevelMetrics: ["IncomingBytes", "OutgoingRecords"],
    DesiredShardLevelMetrics: ["IncomingBytes"],
  });
  await plane.clock.advance(CHANGE_MS);
  expect(await enabled(plane)).toEqual(["IncomingBytes"]);
});

it("ALL is every metric by its name", async () => {
  const plane = open();
  expect((await enable(plane, "ALL")).DesiredShardLevelMetrics).toEqual(ALL);
  await plane.clock.advance(CHANGE_MS);
  expect(await enabled(plane)).toEqual(ALL);
  expect((await disable(plane, "ALL")).DesiredShardLevelMetrics).toEqual([]);
  await plane.clock.advance(CHANGE_MS);
  expect(await enabled(plane)).toEqual([]);
});

it("a metric that is none, and a stream that is UPDATING, are refused", async () => {
  const plane = open();
  expect(await outcome(enable(plane, "Everything" as MetricsName))).toMatch(/^ValidationException: /);
  await enable(plane, "ALL");
  expect(await outcome(disable(plane, "ALL"))).toMatch(/^ResourceInUseException: /);
});
