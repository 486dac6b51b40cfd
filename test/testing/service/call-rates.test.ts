// How often a second each of these calls is taken, of an account or of a stream.

import * as sdk from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { arnOf, type ControlPlane, open, outcome, STREAM, STREAM_ARN } from "./control-plane.ts";

type Call = (plane: ControlPlane, stream: string, round: number) => Promise<unknown>;

const KEY = { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" } as const;
const METRICS = { ShardLevelMetrics: ["ALL"] } satisfies Partial<sdk.EnableEnhancedMonitoringCommandInput>;
const POLICY = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "kinesis:*" }] });

const OF_THE_ACCOUNT: Record<string, Call> = {
  AddTagsToStream: ({ client }, StreamName) =>
    client.send(new sdk.AddTagsToStreamCommand({ StreamName, Tags: { a: "b" } })),
  RemoveTagsFromStream: ({ client }, StreamName) =>
    client.send(new sdk.RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["a"] })),
  ListTagsForStream: ({ client }, StreamName) => client.send(new sdk.ListTagsForStreamCommand({ StreamName })),
  TagResource: ({ client }, name) =>
    client.send(new sdk.TagResourceCommand({ ResourceARN: arnOf(name), Tags: { a: "b" } })),
  UntagResource: ({ client }, name) =>
    client.send(new sdk.UntagResourceCommand({ ResourceARN: arnOf(name), TagKeys: ["a"] })),
  ListTagsForResource: ({ client }, name) =>
    client.send(new sdk.ListTagsForResourceCommand({ ResourceARN: arnOf(name) })),
  PutResourcePolicy: ({ client }, name) =>
    client.send(new sdk.PutResourcePolicyCommand({ ResourceARN: arnOf(name), Policy: POLICY })),
  DescribeAccountSettings: ({ client }) => client.send(new sdk.DescribeAccountSettingsCommand({})),
  UpdateAccountSettings: ({ client }) =>
    client.send(new sdk.UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment: { Status: "DISABLED" } })),
};

const OF_A_STREAM: Record<string, Call> = {
  IncreaseStreamRetentionPeriod: ({ client }, StreamName, round) =>
    client.send(new sdk.IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 25 + round })),
  DecreaseStreamRetentionPeriod: ({ client }, StreamName) =>
    client.send(new sdk.DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 })),
  StartStreamEncryption: ({ client }, StreamName) =>
    client.send(new sdk.StartStreamEncryptionCommand({ StreamName, ...KEY })),
  StopStreamEncryption: ({ client }, StreamName) =>
    client.send(new sdk.StopStreamEncryptionCommand({ StreamName, ...KEY })),
  EnableEnhancedMonitoring: ({ client }, StreamName) =>
    client.send(new sdk.EnableEnhancedMonitoringCommand({ StreamName, ...METRICS })),
  DisableEnhancedMonitoring: ({ client }, StreamName) =>
    client.send(new sdk.DisableEnhancedMonitoringCommand({ StreamName, ...METRICS })),
  UpdateMaxRecordSize: ({ client }, name) =>
    client.send(new sdk.UpdateMaxRecordSizeCommand({ StreamARN: arnOf(name), MaxRecordSizeInKiB: 2_048 })),
  UpdateStreamMode: ({ client }, name) =>
    client.send(
      new sdk.UpdateStreamModeCommand({ StreamARN: arnOf(name), StreamModeDetails: { StreamMode: "PROVISIONED" } }),
    ),
};

/** Nothing takes time here, so that only the rate is in the way. */
function twoStreams(limits: "aws" | "off"): ControlPlane {
  return open({ streams: { [STREAM]: 1, other: 1 }, transitionMs: 0, limits });
}

async function fiveTimes(plane: ControlPlane, call: Call): Promise<string[]> {
  const outcomes: string[] = [];
  for (let round = 0; round < 5; round++) outcomes.push(await outcome(call(plane, STREAM, round)));
  return outcomes;
}

const ACCEPTED = Array.from({ length: 5 }, () => "accepted");

describe("five a second", () => {
  it.each(Object.entries(OF_THE_ACCOUNT))("%s, of the account", async (name, call) => {
    const plane = twoStreams("aws");
    expect(await fiveTimes(plane, call)).toEqual(ACCEPTED);
    expect(await outcome(call(plane, "other", 5))).toBe(
      `LimitExceededException: Rate exceeded for account 000000000000: ${name}.`,
    );
    await plane.clock.advance(1_000);
    expect(await outcome(call(plane, "other", 6))).toBe("accepted");
  });

  it.each(Object.entries(OF_A_STREAM))("%s, of each stream", async (name, call) => {
    const plane = twoStreams("aws");
    expect(await fiveTimes(plane, call)).toEqual(ACCEPTED);
    expect(await outcome(call(plane, STREAM, 5))).toBe(`LimitExceededException: Rate exceeded for ${STREAM}: ${name}.`);
    expect(await outcome(call(plane, "other", 5))).toBe("accepted");
    await plane.clock.advance(1_000);
    expect(await outcome(call(plane, STREAM, 6))).toBe("accepted");
  });
});

describe("without limits", () => {
  it.each(Object.entries({ ...OF_THE_ACCOUNT, ...OF_A_STREAM }))("%s has no rate", async (_name, call) => {
    const plane = twoStreams("off");
    for (let round = 0; round < 30; round++) expect(await outcome(call(plane, STREAM, round))).toBe("accepted");
  });

  it("the mode changes as often as one likes", async () => {
    const { client } = twoStreams("off");
    for (let round = 0; round < 5; round++) {
      const StreamMode = round % 2 === 0 ? "ON_DEMAND" : "PROVISIONED";
      const update = new sdk.UpdateStreamModeCommand({ StreamARN: STREAM_ARN, StreamModeDetails: { StreamMode } });
      expect(await outcome(client.send(update))).toBe("accepted");
    }
  });
});
