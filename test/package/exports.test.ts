// What a user can import, and nothing else: a name that is not in these lists is not public.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { consumer, installed } from "./consumer.ts";
import { runNode } from "./run-node.ts";

const VALUES: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "Aggregator",
    "InvalidOptionError",
    "InvalidPositionError",
    "InvalidRecordError",
    "InvalidShardError",
    "KplKitError",
    "MalformedAggregateError",
    "RecordTooLargeError",
    "ShardMap",
    "aggregate",
    "batchEntries",
    "comparePositions",
    "deaggregate",
    "deaggregateAll",
    "estimatePacking",
    "hashKeyOf",
    "hashKeysOf",
    "inspect",
    "isAggregated",
  ],
  "./consumer": [
    "CheckpointContestedError",
    "CheckpointFailedError",
    "CheckpointFileDamagedError",
    "CheckpointFileFailedError",
    "CheckpointTableTakenError",
    "CheckpointTableUnusableError",
    "DynamoDBCheckpointStore",
    "FileCheckpointStore",
    "LeaseRowUnreadableError",
    "MemoryCheckpointStore",
    "ProcessingFailedError",
    "ReadFailedError",
    "ReaderBusyError",
    "ReaderStoppedError",
    "StreamReader",
    "kclMetricsOf",
    "stopOnSignals",
  ],
  "./kinesis": [
    "KINESIS_LIMITS",
    "KinesisCborProtocol",
    "MalformedCborError",
    "MissingPeerError",
    "classifyEntry",
    "classifyError",
    "createKinesisClient",
    "fullJitter",
    "kinesisCalls",
    "readCbor",
    "releasePage",
    "systemClock",
    "systemRandom",
    "writeCbor",
  ],
  "./lambda": [
    "InvalidStateError",
    "RecordError",
    "UndecodableRecordError",
    "batchHandler",
    "cloudWatchLogs",
    "collapseBatchItemFailures",
    "deaggregate",
    "expandKinesisEvent",
    "firehoseTransform",
    "fromPipes",
    "gunzip",
    "json",
    "kinesisHandler",
    "middyDeaggregate",
    "text",
    "toBatchResponse",
    "tumblingWindowHandler",
  ],
  "./testing": [
    "LocalKinesis",
    "LocalKinesisClosedError",
    "VirtualClock",
    "VirtualClockBusyError",
    "VirtualClockLimitError",
    "VirtualClockStuckError",
    "makeKinesisEvent",
  ],
};

/** What one door takes from another; no declaration names it. */
const INTERNAL: Readonly<Record<string, readonly string[]>> = { ".": ["deaggregateVerified", "verifyDigests"] };

const TYPES: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "AggregatorOptions",
    "DeaggregateOptions",
    "DroppedRecords",
    "EntryBatch",
    "GroupBy",
    "HashKeyRange",
    "InspectedField",
    "Inspection",
    "KinesisRecordInput",
    "MalformedPolicy",
    "MalformedReason",
    "PackedEntry",
    "PackingEstimate",
    "Position",
    "Sentinel",
    "Shard",
    "ShardInput",
    "UserRecord",
    "UserRecordInput",
  ],
  "./consumer": [
    "Batch",
    "Checkpoint",
    "CheckpointStore",
    "Concurrency",
    "ConsumerEvent",
    "ConsumerOperation",
    "DynamoDBCheckpointStoreOptions",
    "InitialPosition",
    "KclMetric",
    "MakeShardProcessor",
    "OnConsumerEvent",
    "OnRecordFailure",
    "PrefetchBudgetOptions",
    "RecordHandler",
    "RetryPolicy",
    "ShardBatches",
    "ShardProcessor",
    "ShardStatus",
    "Stoppable",
    "StreamReaderOptions",
  ],
  "./kinesis": [
    "Backoff",
    "BackoffOptions",
    "Clock",
    "EntryOutcome",
    "KinesisCalls",
    "KinesisCborProtocolOptions",
    "KinesisClientEvent",
    "KinesisClientLike",
    "KinesisClientOptions",
    "KinesisFailure",
    "KinesisFailureKind",
    "KinesisLimits",
    "Peers",
    "RecordsPage",
  ],
  "./lambda": [
    "BatchResponse",
    "BatchResponseOptions",
    "CloudWatchLogs",
    "DeadlineOptions",
    "Decode",
    "DecodedRecord",
    "FailedRecord",
    "FailureOptions",
    "FirehoseEventLike",
    "FirehoseRecord",
    "FirehoseResponse",
    "HandleRecord",
    "KinesisEventLike",
    "KinesisEventRecordLike",
    "KinesisHandler",
    "KinesisHandlerOptions",
    "LambdaContext",
    "LambdaUserRecord",
    "MalformedOptions",
    "PipesRecordLike",
    "StandardSchema",
    "TumblingWindow",
    "TumblingWindowEventLike",
    "TumblingWindowHandler",
    "TumblingWindowOptions",
    "TumblingWindowResponse",
  ],
  "./testing": [
    "ActionName",
    "FaultHandle",
    "FaultRule",
    "Faults",
    "InjectedFault",
    "KinesisEvent",
    "KinesisEventInput",
    "KinesisEventOptions",
    "KinesisEventRecord",
    "KinesisEventWindow",
    "KinesisTumblingWindowEvent",
    "Limits",
    "Listener",
    "LocalKinesisOptions",
    "RecordSnapshot",
    "ShardSnapshot",
    "StreamSnapshot",
    "Strike",
    "StruckFault",
    "VirtualClockOptions",
    "VirtualTimeLimit",
  ],
};

const FILES: readonly string[] = ["./proto/kpl.proto", "./package.json"];

const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, string>>;
};
const entries = Object.keys(manifest.exports).filter((key) => !FILES.includes(key));

it("every entry of the exports map is in these lists", () => {
  expect(Object.keys(manifest.exports).sort()).toEqual([...Object.keys(VALUES), ...FILES].sort());
  expect(Object.keys(TYPES)).toEqual(Object.keys(VALUES));
});

describe.each(entries)("%s", (entry) => {
  const specifier = join("kpl-kit", entry).replaceAll("\\", "/");

  it("imports, and exports exactly the public names", () => {
    const names = runNode(consumer, `import * as entry from ${JSON.stringify(specifier)}; print(Object.keys(entry))`);
    expect(names).toEqual([...(VALUES[entry] ?? []), ...(INTERNAL[entry] ?? [])].sort());
  });

  it("can be required: Node >= 20.19 requires an ES module without top-level await", () => {
    const names = runNode(
      consumer,
      `import { createRequire } from "node:module";
       print(Object.keys(createRequire(import.meta.url)(${JSON.stringify(specifier)})).filter((name) => name !== "__esModule"))`,
    );
    expect(names).toEqual([...(VALUES[entry] ?? []), ...(INTERNAL[entry] ?? [])].sort());
  });

  it("declares exactly the public types besides", () => {
    const declarations = readFileSync(join(installed, manifest.exports[entry]!.replace(/\.js$/, ".d.ts")), "utf8");
    expect(exportedNames(declarations)).toEqual([...(VALUES[entry] ?? []), ...(TYPES[entry] ?? [])].sort());
  });
});

it.each(FILES)("%s can be resolved and read", (file) => {
  const specifier = join("kpl-kit", file).replaceAll("\\", "/");
  const text = runNode(
    consumer,
    `import { readFileSync } from "node:fs";
     print(readFileSync(new URL(import.meta.resolve(${JSON.stringify(specifier)})), "utf8"))`,
  );
  expect(text).toContain(file.endsWith(".proto") ? "message AggregatedRecord" : '"kpl-kit"');
});

it.each(["kpl-kit/dist/codec/index.js", "kpl-kit/codec", "kpl-kit/src/codec/index.ts"])(
  "%s is no entry",
  (specifier) => {
    const code = runNode(
      consumer,
      `print(await import(${JSON.stringify(specifier)}).then(() => "imported", ({ code }) => code))`,
    );
    expect(code).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
  },
);

/** An entry re-exports by name, in braces: what it cannot be read from in this simple way, it may not be written in. */
function exportedNames(declarations: string): string[] {
  const statements = [...declarations.matchAll(/^export (?:type )?\{([^}]*)\} from/gm)];
  const others = declarations.match(/^(?:export|import) .*/gm)?.length ?? 0;
  expect(others, "an entry holds nothing but `export { ... } from`").toBe(statements.length);
  return statements
    .flatMap(([, names = ""]) => names.split(","))
    .map((name) =>
      name
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    )
    .filter((name) => name !== "")
    .sort();
}
