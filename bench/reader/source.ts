// An endless Kinesis that keeps nothing, in a process of its own: its CPU is nobody's cost. One port for each load, over plain
// HTTP/1.1. Tells its ports and what it holds, and lives until its parent is gone.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ENCODINGS, type Encoding, JSON_1_1 } from "../encodings.ts";
import { LOADS, type Load, SHARDS, STREAM, shardIdOf } from "./loads.ts";
import { countOf, iteratorOf, readIterator, sequenceNumberOf } from "./positions.ts";
import { PreparedPage } from "./prepared-page.ts";
import { contentOf, hashKeyRangeOf } from "./shard-content.ts";

/** By the name of a load. */
export type SourceAddress = Readonly<Record<string, Source>>;

export interface Source {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Of each shard's first page, by the shard's number. */
  readonly digests: readonly string[];
}

interface Input {
  readonly ShardId?: string;
  readonly ShardIterator?: string;
  readonly ShardIteratorType?: string;
  readonly StartingSequenceNumber?: string;
}

type Pages = ReadonlyMap<Encoding, readonly PreparedPage[]>;

const SHARD_NUMBERS = Array.from({ length: SHARDS }, (_, shard) => shard);

function listenerOf(pages: Pages) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { headers } = request;
      const encoding = ENCODINGS.find(({ contentType }) => contentType === headers["content-type"]) ?? JSON_1_1;
      const operation = String(headers["x-amz-target"]).replace("Kinesis_20131202.", "");
      try {
        const input = encoding.read(Buffer.concat(chunks)) as Input;
        if (operation === "GetRecords")
          givePage(pages.get(encoding)!, encoding, input, response); // it has both
        else answer(response, 200, encoding, encoding.write(outputOf(operation, input)));
      } catch (error) {
        console.error(`the source refuses ${operation}: ${String(error)}`);
        const refusal = { __type: "ValidationException", message: String(error) };
        answer(response, 400, encoding, encoding.write(refusal));
      }
    });
  };
}

function givePage(pages: readonly PreparedPage[], encoding: Encoding, input: Input, response: ServerResponse): void {
  const { count, shard } = readIterator(input.ShardIterator);
  const page = pages[shard]!; // every iterator is one of ours
  const body = page.after(count);
  response.once("finish", () => page.giveBack(body));
  answer(response, 200, encoding, body);
}

function answer(response: ServerResponse, status: number, { contentType }: Encoding, body: Buffer): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": body.length,
    "x-amzn-requestid": "00000000-0000-0000-0000-000000000000",
  });
  response.end(body);
}

function outputOf(operation: string, input: Input): object {
  switch (operation) {
    case "GetShardIterator":
      return { ShardIterator: iteratorOf(Number(input.ShardId?.slice(-12)), startOf(input)) };
    case "ListShards":
      return { Shards: shards() };
    case "DescribeStream":
      return { StreamDescription: { ...stream(), Shards: shards(), HasMoreShards: false } };
    case "DescribeStreamSummary":
      return { StreamDescriptionSummary: { ...stream(), OpenShardCount: SHARDS, ConsumerCount: 0 } };
    default:
      throw new Error("not among what a reader asks");
  }
}

/** Kinesis records before the first that is to be read. */
function startOf({ ShardIteratorType, StartingSequenceNumber }: Input): number {
  if (StartingSequenceNumber === undefined) return 0;
  const count = countOf(StartingSequenceNumber);
  return ShardIteratorType === "AFTER_SEQUENCE_NUMBER" ? count : Math.max(0, count - 1);
}

function stream(): object {
  return {
    StreamName: STREAM,
    StreamARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${STREAM}`,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: "PROVISIONED" },
    RetentionPeriodHours: 24,
    StreamCreationTimestamp: new Date(1_787_000_000_000),
    EnhancedMonitoring: [],
    EncryptionType: "NONE",
  };
}

function shards(): object[] {
  return SHARD_NUMBERS.map((shard) => {
    const { end, start } = hashKeyRangeOf(shard);
    return {
      ShardId: shardIdOf(shard),
      HashKeyRange: { StartingHashKey: String(start), EndingHashKey: String(end) },
      SequenceNumberRange: { StartingSequenceNumber: sequenceNumberOf(0) },
    };
  });
}

async function sourceOf(load: Load): Promise<Source> {
  const contents = SHARD_NUMBERS.map((shard) => contentOf(load, shard));
  const pages: Pages = new Map(
    ENCODINGS.map((encoding) => [
      encoding,
      contents.map((content, shard) => new PreparedPage(shard, content, encoding)),
    ]),
  );
  const server = createServer({ keepAliveTimeout: 0, noDelay: true }, listenerOf(pages));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    digests: contents.map(({ digest }) => digest),
  };
}

process.once("disconnect", () => process.exit());
const address: Record<string, Source> = {};
for (const load of LOADS) address[load.name] = await sourceOf(load);
process.send?.(address satisfies SourceAddress);
