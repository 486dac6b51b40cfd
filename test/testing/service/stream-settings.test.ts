// Capacity mode, record size, warm throughput, record distribution.

import {
  DescribeLimitsCommand,
  ListShardsCommand,
  PutRecordCommand,
  UpdateAccountSettingsCommand,
  UpdateMaxRecordSizeCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
  UpdateStreamWarmThroughputCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import {
  arnOf,
  CHANGE_MS,
  type ControlPlane,
  createOnDemandStream,
  createStream,
  HOUR,
  open,
  outcome,
  STREAM,
  STREAM_ARN,
  statuses,
  summary,
} from "./control-plane.ts";

type Mode = "ON_DEMAND" | "PROVISIONED";

function setMode({ client }: ControlPlane, StreamMode: Mode, over: object = {}): Promise<unknown> {
  const input = { StreamARN: STREAM_ARN, StreamModeDetails: { StreamMode }, ...over };
  return client.send(new UpdateStreamModeCommand(input));
}

async function commit({ client }: ControlPlane): Promise<void> {
  const MinimumThroughputBillingCommitment = { Status: "ENABLED" } as const;
  await client.send(new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment }));
}

function warm({ client }: ControlPlane, StreamName: string, WarmThroughputMiBps: number) {
  return client.send(new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps }));
}

function distribute(
  { client }: ControlPlane,
  streamName: string,
  RecordDistributionStrategy: "AUTO" | "USER_PARTITION_KEY",
) {
  const input = { StreamARN: arnOf(streamName), RecordDistributionStrategy };
  return client.send(new UpdateStreamRecordDistributionStrategyCommand(input));
}

describe("the capacity mode", () => {
  it("changes once the stream is ACTIVE, keeps the shards, and changes back", async () => {
    const plane = open({ streams: { [STREAM]: 3 } });
    await setMode(plane, "ON_DEMAND");
    expect((await summary(plane)).StreamModeDetails?.StreamMode).toBe("PROVISIONED");
    expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
    expect(await summary(plane)).toMatchObject({
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      OpenShardCount: 3,
      RecordDistributionStrategy: "USER_PARTITION_KEY",
    });
    const limits = await plane.client.send(new DescribeLimitsCommand({}));
    expect([limits.OnDemandStreamCount, limits.OpenShardCount]).toEqual([1, 0]);
    const scale = new UpdateShardCountCommand({
      StreamName: STREAM,
      TargetShardCount: 4,
      ScalingType: "UNIFORM_SCALING",
    });
    expect(await outcome(plane.client.send(scale))).toMatch(/^ValidationException: /);
    await setMode(plane, "PROVISIONED");
    await plane.clock.advance(CHANGE_MS);
    expect(await outcome(plane.client.send(scale))).toBe("accepted");
  });

  it("that it has already is taken and changes nothing", async () => {
    const plane = open();
    expect(await outcome(setMode(plane, "PROVISIONED"))).toBe("accepted");
    expect((await summary(plane)).StreamStatus).toBe("ACTIVE");
  });

  it("changes twice in 24 hours", async () => {
    const plane = open();
    for (const mode of ["ON_DEMAND", "PROVISIONED"] as const) {
      await setMode(plane, mode);
      await plane.clock.advance(CHANGE_MS);
    }
    expect(await outcome(setMode(plane, "ON_DEMAND"))).toMatch(/^LimitExceededException: .* 2 times in 24 hours\.$/);
    await plane.clock.advance(24 * HOUR - 2 * CHANGE_MS);
    expect(await outcome(setMode(plane, "ON_DEMAND"))).toBe("accepted");
  });

  it("brings its shards under the account's limit, or is refused", async () => {
    const plane = open({ limits: { shardsPerAccount: 4 } });
    await createOnDemandStream(plane, "quiet");
    const input = { StreamARN: arnOf("quiet"), StreamModeDetails: { StreamMode: "PROVISIONED" } } as const;
    expect(await outcome(plane.client.send(new UpdateStreamModeCommand(input)))).toMatch(
      /^LimitExceededException: This request would exceed the shard limit/,
    );
  });

  it("may come with warm throughput, on demand only and with a commitment", async () => {
    const plane = open();
    const WarmThroughputMiBps = 8;
    expect(await outcome(setMode(plane, "ON_DEMAND", { WarmThroughputMiBps }))).toMatch(
      /^InvalidArgumentException: .*MinimumThroughputBillingCommitment/,
    );
    await commit(plane);
    expect(await outcome(setMode(plane, "PROVISIONED", { WarmThroughputMiBps }))).toMatch(
      /^InvalidArgumentException: /,
    );
    await setMode(plane, "ON_DEMAND", { WarmThroughputMiBps });
    await plane.clock.advance(CHANGE_MS);
    expect(await summary(plane)).toMatchObject({ WarmThroughput: { CurrentMiBps: 8 }, OpenShardCount: 8 });
    // UpdateStreamWarmThroughput is for a stream that is on demand already.
    expect(await outcome(setMode(plane, "ON_DEMAND", { WarmThroughputMiBps }))).toMatch(/^InvalidArgumentException: /);
  });
});

describe("the maximum record size", () => {
  it("is 1 MiB, and more once the stream is ACTIVE again", async () => {
    const plane = open();
    const put = () => {
      const Data = new Uint8Array(1_048_576);
      return outcome(plane.client.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: "a", Data })));
    };
    expect(await put()).toMatch(/^InvalidArgumentException: .* 1048576 bytes/);
    await plane.client.send(new UpdateMaxRecordSizeCommand({ StreamARN: STREAM_ARN, MaxRecordSizeInKiB: 2_048 }));
    expect(await put()).toMatch(/^InvalidArgumentException: /);
    expect(await statuses(plane)).toEqual(["UPDATING", "ACTIVE"]);
    expect((await summary(plane)).MaxRecordSizeInKiB).toBe(2_048);
    expect(await put()).toBe("accepted");
  });

  it.each([1_023, 10_241])("%i KiB are refused", async (MaxRecordSizeInKiB) => {
    const { client } = open();
    const update = new UpdateMaxRecordSizeCommand({ StreamARN: STREAM_ARN, MaxRecordSizeInKiB });
    expect(await outcome(client.send(update))).toMatch(/^ValidationException: .*maxRecordSizeInKiB/);
  });

  it("of no stream in particular is refused", async () => {
    const { client } = open();
    const update = new UpdateMaxRecordSizeCommand({ MaxRecordSizeInKiB: 2_048 });
    expect(await outcome(client.send(update))).toMatch(/^InvalidArgumentException: /);
  });
});

describe("warm throughput", () => {
  it("opens a shard for each MiB a second; less of it closes them again", async () => {
    const plane = open();
    await commit(plane);
    await createOnDemandStream(plane, "quiet");
    expect((await summary(plane, "quiet")).WarmThroughput).toBeUndefined();
    expect(await warm(plane, "quiet", 10)).toMatchObject({
      StreamName: "quiet",
      StreamARN: arnOf("quiet"),
      WarmThroughput: { TargetMiBps: 10 },
    });
    expect((await summary(plane, "quiet")).OpenShardCount).toBe(4);
    expect(await statuses(plane, "quiet")).toEqual(["UPDATING", "ACTIVE"]);
    expect(await summary(plane, "quiet")).toMatchObject({ WarmThroughput: { CurrentMiBps: 10 }, OpenShardCount: 10 });
    const { Shards = [] } = await plane.client.send(new ListShardsCommand({ StreamName: "quiet" }));
    // Those of the beginning have no parent, all others one or two.
    expect(Shards.filter(({ ParentShardId }) => ParentShardId === undefined)).toHaveLength(4);
    const answer = await warm(plane, "quiet", 2);
    expect(answer.WarmThroughput).toEqual({ TargetMiBps: 2, CurrentMiBps: 10 });
    await plane.clock.advance(CHANGE_MS);
    expect(await summary(plane, "quiet")).toMatchObject({ WarmThroughput: { CurrentMiBps: 2 }, OpenShardCount: 4 });
  });

  it("needs a stream on demand and a commitment, and ends at 10 GiBps", async () => {
    const plane = open();
    await createOnDemandStream(plane, "quiet");
    expect(await outcome(warm(plane, "quiet", 10))).toMatch(/^InvalidArgumentException: .*Commitment/);
    await commit(plane);
    expect(await outcome(warm(plane, STREAM, 10))).toMatch(/^InvalidArgumentException: .* PROVISIONED mode\.$/);
    expect(await outcome(warm(plane, "quiet", 10_241))).toMatch(/^LimitExceededException: /);
    expect(await outcome(warm(plane, "quiet", 10))).toBe("accepted");
  });

  it("comes with CreateStream too, under the same conditions", async () => {
    const plane = open();
    const input = { StreamModeDetails: { StreamMode: "ON_DEMAND" }, WarmThroughputMiBps: 6 } as const;
    expect(await outcome(createStream(plane, "warm", input))).toMatch(/^InvalidArgumentException: .*Commitment/);
    await commit(plane);
    expect(
      await outcome(createStream(plane, "warm", { ...input, StreamModeDetails: undefined, ShardCount: 1 })),
    ).toMatch(/^InvalidArgumentException: .* PROVISIONED mode\.$/);
    await createStream(plane, "warm", input);
    expect(await summary(plane, "warm")).toMatchObject({ WarmThroughput: { CurrentMiBps: 6 }, OpenShardCount: 6 });
  });
});

describe("the record distribution strategy", () => {
  it("takes effect at once: with AUTO a key goes to every shard, and needs not be there", async () => {
    const plane = open();
    await createOnDemandStream(plane, "quiet");
    const put = async (PartitionKey?: string) => {
      const input = { StreamName: "quiet", PartitionKey, Data: Buffer.from("x") };
      return (await plane.client.send(new PutRecordCommand(input))).ShardId;
    };
    const shardsOf = async (PartitionKey?: string) => {
      const shards = new Set<string | undefined>();
      for (let n = 0; n < 8; n++) shards.add(await put(PartitionKey));
      return shards.size;
    };
    expect(await shardsOf("a")).toBe(1);
    expect(await outcome(put())).toMatch(/^ValidationException: .*'partitionKey'/);
    await distribute(plane, "quiet", "AUTO");
    expect(await summary(plane, "quiet")).toMatchObject({ StreamStatus: "ACTIVE", RecordDistributionStrategy: "AUTO" });
    expect([await shardsOf("a"), await shardsOf()]).toEqual([4, 4]);
    await distribute(plane, "quiet", "USER_PARTITION_KEY");
    expect(await shardsOf("a")).toBe(1);
  });

  it("is refused on a provisioned stream, and left behind by one that becomes provisioned", async () => {
    const plane = open();
    expect(await outcome(distribute(plane, STREAM, "AUTO"))).toMatch(
      /^InvalidArgumentException: .* PROVISIONED mode\.$/,
    );
    await setMode(plane, "ON_DEMAND");
    await plane.clock.advance(CHANGE_MS);
    await distribute(plane, STREAM, "AUTO");
    await setMode(plane, "PROVISIONED");
    await plane.clock.advance(CHANGE_MS);
    const put = new PutRecordCommand({ StreamName: STREAM, Data: Buffer.from("x") });
    expect(await outcome(plane.client.send(put))).toMatch(/^ValidationException: /);
  });
});
