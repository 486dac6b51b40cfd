// The bodies that the AWS SDK for Java v2 sends (test/vectors/cbor-requests.json), each with the call that makes it.

import { readFileSync } from "node:fs";
import type { Peers } from "../../../src/kinesis/index.ts";

interface Vector {
  readonly operation: string;
  readonly contentType: string;
  readonly bodyHex: string;
}

export interface JavaRequest extends Vector {
  readonly input: object;
}

/** Members in the order in which the Java SDK writes them. */
const BYTES = Uint8Array.from({ length: 300 }, (_, index) => index);
const INPUTS: readonly (readonly [operation: string, input: object])[] = [
  [
    "PutRecords",
    {
      Records: [
        { Data: BYTES, ExplicitHashKey: (2n ** 128n - 1n).toString(), PartitionKey: "ключ" },
        { Data: new Uint8Array(), PartitionKey: "b" },
      ],
      StreamName: "one",
    },
  ],
  ["PutRecord", { StreamName: "one", Data: BYTES, PartitionKey: "p" }],
  ["ListShards", { StreamName: "one", MaxResults: 1_000 }],
  [
    "GetShardIterator",
    {
      StreamName: "one",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "AT_TIMESTAMP",
      Timestamp: new Date(1_787_036_486_712),
    },
  ],
  ["GetRecords", { ShardIterator: "AAA", Limit: 1_000 }],
  ["GetRecords", { ShardIterator: "throttle" }],
  ["DescribeLimits", {}],
];

const file = new URL("../../vectors/cbor-requests.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as readonly Vector[];

export const javaRequests: readonly JavaRequest[] = vectors.map((vector, index) => {
  const [operation, input] = INPUTS[index] ?? [];
  if (operation !== vector.operation || !input) throw new Error(`no input for request ${index}, ${vector.operation}`);
  return { ...vector, input };
});

type Client = InstanceType<Peers["client"]["KinesisClient"]>;

export async function sendAs({ client }: Pick<Peers, "client">, kinesis: Client, request: JavaRequest): Promise<void> {
  const Command = client[`${request.operation}Command` as "ListShardsCommand"];
  await kinesis.send(new Command(request.input));
}
