// What is done about each fault of the in-process stream, by every door through which a program can meet it: what SDKs and
// transports make of the same fault differs much, what has to be done about it must not.

import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifyEntry, classifyError, type KinesisFailure } from "../../src/kinesis/index.ts";
import { type InjectedFault, LocalKinesis, VirtualClock } from "../../src/testing/index.ts";
import { DOORS, type Door } from "./doors.ts";

const local = new LocalKinesis({ streams: { orders: 1 }, limits: "off", heartbeatMs: 10 });
const shard = { StreamName: "orders", ShardId: "shardId-000000000000" };
const put = { StreamName: "orders", PartitionKey: "order-7", Data: Buffer.from("paid") };
let endpoint: string;
let ConsumerARN: string;
let ShardIterator: string;

beforeAll(async () => {
  ({ endpoint } = await local.listen());
  const client = local.client();
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: "orders" }));
  const StreamARN = StreamDescriptionSummary!.StreamARN;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "billing" }));
  ConsumerARN = Consumer!.ConsumerARN!;
  const start = await client.send(new GetShardIteratorCommand({ ...shard, ShardIteratorType: "TRIM_HORIZON" }));
  ShardIterator = start.ShardIterator!;
});

afterAll(() => local.close());

type Call = (client: KinesisClient, abortSignal?: AbortSignal) => Promise<unknown>;

const putRecord: Call = (client, abortSignal) =>
  client.send(new PutRecordCommand(put), abortSignal ? { abortSignal } : {});
const getRecords: Call = (client) => client.send(new GetRecordsCommand({ ShardIterator }));
const listShards: Call = (client) => client.send(new ListShardsCommand({ StreamName: "orders" }));
const subscribe: Call = async (client) => {
  const command = new SubscribeToShardCommand({ ConsumerARN, ...shard, StartingPosition: { Type: "LATEST" } });
  const { EventStream } = await client.send(command);
  for await (const event of EventStream!) expect(event.SubscribeToShardEvent).toBeDefined();
};

/** Undefined: it succeeded. */
async function failureOf(call: Promise<unknown>, signal?: AbortSignal): Promise<KinesisFailure | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return classifyError(error, { signal });
  }
}

function countStored(): number {
  return local.snapshot().flatMap(({ shards }) => shards.flatMap(({ records }) => records)).length;
}

/** One fault, one call. */
async function meet(
  door: Door,
  { call, fault, timeoutMs }: { call: Call; fault: InjectedFault; timeoutMs?: number | undefined },
) {
  const client = door.open(local, endpoint, timeoutMs);
  const before = countStored();
  local.faults.inject({ fault });
  try {
    const failure = await failureOf(call(client));
    expect(local.faults.unused, "the fault has struck").toEqual([]);
    return { failure, stored: countStored() - before };
  } finally {
    local.faults.clear();
    client.destroy();
  }
}

interface Row {
  readonly row: string;
  readonly call: Call;
  readonly fault: InjectedFault;
  readonly is: Partial<KinesisFailure>;
  readonly timeoutMs?: number;
  /** Of a put: what the stream holds of it. */
  readonly stores?: 0 | 1;
}

function refusal(name: string, call: Call, is: Partial<KinesisFailure>, more: Partial<InjectedFault> = {}): Row {
  const fault = { kind: "error", name, ...more } as InjectedFault;
  return { row: name, call, fault, is: { code: name, ...is }, stores: 0 };
}

const THROTTLED = { kind: "throttled", retryable: true, mayHaveBeenStored: false } as const;
const TRANSIENT = { kind: "transient", retryable: true } as const;
const LEFT_OPEN = { ...TRANSIENT, mayHaveBeenStored: true } as const;
const REFUSED = { kind: "fatal", retryable: false, mayHaveBeenStored: false } as const;

const ROWS: readonly Row[] = [
  {
    row: "a shard's rate",
    call: putRecord,
    fault: { kind: "throttled" },
    is: { ...THROTTLED, code: "ProvisionedThroughputExceededException" },
    stores: 0,
  },
  {
    row: "a shard's rate, of a reader",
    call: getRecords,
    fault: { kind: "throttled" },
    is: { ...THROTTLED, code: "ProvisionedThroughputExceededException" },
  },
  refusal("LimitExceededException", listShards, THROTTLED),
  refusal("KMSThrottlingException", putRecord, THROTTLED),
  refusal("KMSThrottlingException", getRecords, THROTTLED),
  refusal("ThrottlingException", putRecord, THROTTLED),
  refusal("SomethingNew", putRecord, THROTTLED, { statusCode: 429 }),
  {
    row: "an iterator of five minutes ago",
    call: getRecords,
    fault: { kind: "expired-iterator" },
    is: { kind: "expired-iterator", retryable: false, code: "ExpiredIteratorException" },
  },
  refusal("ExpiredNextTokenException", listShards, { kind: "expired-next-token", retryable: false }),
  refusal("ExpiredTokenException", putRecord, { kind: "credentials", retryable: true, mayHaveBeenStored: false }),
  refusal("RequestExpired", putRecord, { ...TRANSIENT, mayHaveBeenStored: false }),
  refusal("ResourceNotFoundException", putRecord, { kind: "gone", retryable: false, mayHaveBeenStored: false }),
  refusal("ResourceInUseException", listShards, { kind: "in-use", retryable: true }),
  refusal("InternalFailure", putRecord, LEFT_OPEN),
  refusal("InternalFailureException", putRecord, LEFT_OPEN),
  refusal("ServiceUnavailable", putRecord, LEFT_OPEN),
  refusal("SomethingNew", putRecord, LEFT_OPEN, { statusCode: 500 }),
  refusal("InvalidSignatureException", putRecord, REFUSED),
  refusal(
    "InvalidSignatureException",
    putRecord,
    { ...TRANSIENT, mayHaveBeenStored: false },
    { message: "Signature expired: x" },
  ),
  ...["AccessDeniedException", "InvalidArgumentException", "ValidationException", "SomethingNew"].map((name) =>
    refusal(name, putRecord, REFUSED),
  ),
  ...[
    "KMSAccessDeniedException",
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "KMSOptInRequired",
  ].map((name) => refusal(name, putRecord, REFUSED)),
  {
    row: "the connection is reset before the call was seen",
    call: putRecord,
    fault: { kind: "reset", when: "before" },
    is: LEFT_OPEN,
    stores: 0,
  },
  {
    row: "the connection is reset, and the record is stored",
    call: putRecord,
    fault: { kind: "reset", when: "after" },
    is: LEFT_OPEN,
    stores: 1,
  },
  {
    row: "half an answer, and the record is stored",
    call: putRecord,
    fault: { kind: "truncated" },
    is: LEFT_OPEN,
    stores: 1,
  },
  { row: "half a page of records", call: getRecords, fault: { kind: "truncated" }, is: LEFT_OPEN },
  {
    row: "no answer, and the record is stored",
    call: putRecord,
    fault: { kind: "lost" },
    is: LEFT_OPEN,
    timeoutMs: 150,
    stores: 1,
  },
  ...["InternalFailureException", "KMSThrottlingException", "ResourceInUseException", "ResourceNotFoundException"].map(
    (exception, index) => ({
      row: `a subscription ends by ${exception}`,
      call: subscribe,
      fault: { kind: "cut-subscription", afterEvents: 1, how: { exception } } as const,
      is: { kind: (["transient", "throttled", "in-use", "gone"] as const)[index]!, code: exception },
    }),
  ),
];

describe.each(DOORS)("by $name", (door) => {
  it.each(ROWS)("$row: $is.kind", async ({ call, fault, is, stores, timeoutMs }) => {
    const { failure, stored } = await meet(door, { call, fault, timeoutMs });
    expect(failure).toMatchObject(is);
    if (stores !== undefined) expect(stored).toBe(stores);
    // What it promises: whoever sends again doubles nothing.
    if (failure?.mayHaveBeenStored === false) expect(stored).toBe(0);
  });

  it("entries of PutRecords are refused one by one: throttled, failed, stored", async () => {
    const client = door.open(local, endpoint);
    for (const [index, errorCode] of (
      ["ProvisionedThroughputExceededException", "InternalFailure"] as const
    ).entries()) {
      local.faults.inject({ fault: { kind: "throttled", entries: [index], errorCode } });
      const { FailedRecordCount, Records } = await client.send(
        new PutRecordsCommand({ StreamName: "orders", Records: [put, put, put] }),
      );
      expect(FailedRecordCount).toBe(1);
      const means = { ...(index === 0 ? THROTTLED : LEFT_OPEN), code: errorCode };
      const expected = [undefined, undefined, undefined].map((stored, at) => (at === index ? means : stored));
      expect(Records!.map(classifyEntry)).toEqual(expected);
    }
    client.destroy();
  });

  it("a broken subscription is tried again, where it does not look like its end", async () => {
    const fault = { kind: "cut-subscription", afterEvents: 1, how: "reset" } as const;
    const { failure } = await meet(door, { call: subscribe, fault });
    // Over HTTP/2 the loop ends as if all were well: no error to classify. That it brought no ChildShards tells.
    if (door.name.includes("HTTP/2")) expect(failure).toBeUndefined();
    else expect(failure).toMatchObject({ ...TRANSIENT, code: "ECONNRESET" });
  });

  it("the caller's own abort is none, whether the answer is lost or the subscription silent", async () => {
    const client = door.open(local, endpoint);
    const abort = new AbortController();
    local.faults.inject({ fault: { kind: "lost" } });
    const failure = failureOf(putRecord(client, abort.signal));
    while (local.faults.unused.length > 0) await new Promise(setImmediate);
    abort.abort();
    expect(await failure).toMatchObject({ kind: "aborted", retryable: false, mayHaveBeenStored: true });

    const leave = new AbortController();
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({ ConsumerARN, ...shard, StartingPosition: { Type: "LATEST" } }),
      { abortSignal: leave.signal },
    );
    const read = async (): Promise<void> => {
      for await (const _ of EventStream!) leave.abort();
    };
    const left = await failureOf(read(), leave.signal);
    if (left) expect(left).toMatchObject({ kind: "aborted", retryable: false });
    client.destroy();
  });
});

describe.each(DOORS.filter(({ overHttp }) => overHttp))("before the service, by $name", (door) => {
  it.each<[number, Partial<KinesisFailure>]>([
    [503, LEFT_OPEN],
    [502, LEFT_OPEN],
    [429, THROTTLED],
    [403, REFUSED],
  ])("a proxy's page with status %i", async (statusCode, is) => {
    const fault = { kind: "error", name: "x", statusCode, body: "html" } as const;
    const { failure } = await meet(door, { call: putRecord, fault });
    expect(failure).toMatchObject({ ...is, code: `HTTP ${statusCode}` });
  });

  it("a clock that is a quarter of an hour off: the SDK sees the service's, and the next attempt succeeds", async () => {
    const clock = new VirtualClock({ startMs: Date.now() + 900_000 });
    const other = new LocalKinesis({ clock, streams: { orders: 1 } });
    const client = door.open(other, (await other.listen()).endpoint);
    const name = "InvalidSignatureException";
    other.faults.inject({ fault: { kind: "error", name, message: "in words of its own" } });
    expect(await failureOf(putRecord(client))).toMatchObject({ ...TRANSIENT, mayHaveBeenStored: false, code: name });
    expect(await failureOf(putRecord(client))).toBeUndefined();
    client.destroy();
    await other.close();
  });
});
