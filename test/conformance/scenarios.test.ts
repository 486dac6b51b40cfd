// The suite about itself: nothing of the API is left out, and nothing in it is out of date.

import * as sdk from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import type { ActionName } from "../../src/testing/index.ts";
import { kinesaliteEngine } from "./engines/kinesalite.ts";
import { kinesisLocal } from "./engines/kinesis-local.ts";
import { conformancePage } from "./page.ts";
import { titleOf } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { verdictOf } from "./verdict.ts";

/** It does not compile with one too few, or one too many. */
const ACTIONS = {
  AddTagsToStream: true,
  CreateStream: true,
  DecreaseStreamRetentionPeriod: true,
  DeleteResourcePolicy: true,
  DeleteStream: true,
  DeregisterStreamConsumer: true,
  DescribeAccountSettings: true,
  DescribeLimits: true,
  DescribeStream: true,
  DescribeStreamConsumer: true,
  DescribeStreamSummary: true,
  DisableEnhancedMonitoring: true,
  EnableEnhancedMonitoring: true,
  GetRecords: true,
  GetResourcePolicy: true,
  GetShardIterator: true,
  IncreaseStreamRetentionPeriod: true,
  ListShards: true,
  ListStreamConsumers: true,
  ListStreams: true,
  ListTagsForResource: true,
  ListTagsForStream: true,
  MergeShards: true,
  PutRecord: true,
  PutRecords: true,
  PutResourcePolicy: true,
  RegisterStreamConsumer: true,
  RemoveTagsFromStream: true,
  SplitShard: true,
  StartStreamEncryption: true,
  StopStreamEncryption: true,
  SubscribeToShard: true,
  TagResource: true,
  UntagResource: true,
  UpdateAccountSettings: true,
  UpdateMaxRecordSize: true,
  UpdateShardCount: true,
  UpdateStreamMode: true,
  UpdateStreamRecordDistributionStrategy: true,
  UpdateStreamWarmThroughput: true,
} satisfies Record<ActionName, true>;

const titles = scenarios.map(titleOf);

describe("the scenarios", () => {
  it("are about every call of the model", () => {
    const called = new Set<string>(scenarios.map(({ call }) => call));
    expect(Object.keys(ACTIONS).filter((call) => !called.has(call))).toEqual([]);
  });

  it("are about every call of the AWS SDK but channels, which deliver elsewhere", () => {
    const commands = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
    expect(commands.filter((call) => !(call in ACTIONS) && !/Channels?$/.test(call))).toEqual([]);
  });

  it("have a title each", () => {
    expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
  });

  it("say where AWS says so", () => {
    const elsewhere = scenarios.filter(({ source: { title, url } }) =>
      url === undefined ? title === "" : !/^https:\/\/docs\.aws\.amazon\.com\/[\w/.-]+\.html$/.test(url),
    );
    expect(elsewhere.map(titleOf)).toEqual([]);
  });
});

describe.each([kinesisLocal, kinesaliteEngine])("what $name is known for", (engine) => {
  it("is about scenarios that there are, and that it can run", () => {
    const known = Object.keys(engine.differences);
    expect(known.filter((title) => !titles.includes(title))).toEqual([]);
    const beyondIt = scenarios.filter((scenario) => verdictOf(scenario, engine).kind === "not implemented");
    expect(beyondIt.map(titleOf).filter((title) => known.includes(title))).toEqual([]);
  });

  it("is no agreement with AWS", () => {
    const agreeing = scenarios.filter((scenario) => {
      const verdict = verdictOf(scenario, engine);
      if (verdict.kind !== "differs" || typeof verdict.saw === "function") return false;
      return JSON.stringify(verdict.saw) === JSON.stringify(scenario.aws);
    });
    expect(agreeing.map(titleOf)).toEqual([]);
  });

  it("tells of what takes minutes why it was not run", () => {
    const unexplained = scenarios.filter(
      (scenario) => scenario.time === "virtual" && verdictOf(scenario, engine).kind === "as AWS",
    );
    expect(unexplained.map(titleOf)).toEqual([]);
  });
});

it("docs/conformance.md tells all of it (npm test -- test/conformance/scenarios.test.ts -u writes it)", async () => {
  await expect(conformancePage()).toMatchFileSnapshot("../../docs/conformance.md");
});
