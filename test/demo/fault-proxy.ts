// Stands before a Kinesis and does to PutRecords what no local Kinesis does by itself. It rewrites bodies: local ones
// don't check signatures.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, json } from "node:stream/consumers";

type EntryFault =
  /** Refused as over the shard's limit, and not stored. */
  | "throttled"
  /** Reported as stored, but not stored. */
  | "swallowed"
  /** Stored twice by itself, without a word. */
  | "doubled"
  /** Stored as if its hash key lay in the other half of all hash keys. */
  | "misrouted";

export interface CallFaults {
  /** By index of the entry. */
  readonly entries?: readonly (EntryFault | undefined)[];
  /** All is stored, and the connection ends before the answer. */
  readonly answer?: "lost";
}

export interface FaultProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface PutRecordsEntry {
  readonly ExplicitHashKey: string;
}
interface PutRecordsBody {
  readonly Records: readonly PutRecordsEntry[];
}
interface PutRecordsAnswer {
  readonly Records: readonly unknown[];
}

const REFUSED = { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded" };
const NOT_STORED: ReadonlySet<EntryFault | undefined> = new Set(["throttled", "swallowed"]);
const HALF_OF_ALL_HASH_KEYS = 2n ** 127n;

/** `script` has the faults of the first PutRecords calls, in order; later ones pass. */
export async function startFaultProxy(upstream: string, script: readonly CallFaults[]): Promise<FaultProxy> {
  let calls = 0;
  const server = createServer((incoming, response) => {
    const target = String(incoming.headers["x-amz-target"]);
    const handled = async () => {
      const faults = target.endsWith(".PutRecords") ? script[calls++] : undefined;
      if (!faults) return reply(response, await forward(upstream, incoming.headers, await buffer(incoming)));
      const body = (await json(incoming)) as PutRecordsBody;
      const answer = await putFaulty(body, faults.entries ?? [], (records) =>
        forward(upstream, incoming.headers, Buffer.from(JSON.stringify({ ...body, Records: records }))),
      );
      if (faults.answer === "lost") response.destroy();
      else
        reply(response, {
          status: 200,
          contentType: "application/x-amz-json-1.1",
          body: Buffer.from(JSON.stringify(answer)),
        });
    };
    // Seen by the program under test as a broken connection, and by the test as its outcome.
    handled().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function putFaulty(
  { Records }: PutRecordsBody,
  faults: readonly (EntryFault | undefined)[],
  put: (records: readonly PutRecordsEntry[]) => Promise<Answer>,
): Promise<object> {
  const passed = Records.flatMap((entry, index) => {
    if (NOT_STORED.has(faults[index])) return [];
    return faults[index] === "misrouted" ? [elsewhere(entry)] : [entry];
  });
  const again = Records.filter((_, index) => faults[index] === "doubled");
  const stored =
    passed.length === 0 ? [] : (JSON.parse((await put(passed)).body.toString()) as PutRecordsAnswer).Records;
  if (again.length > 0) await put(again);
  let next = 0;
  const answers = Records.map((_, index) => {
    if (faults[index] === "throttled") return REFUSED;
    if (faults[index] === "swallowed") return { ShardId: "shardId-000000000000", SequenceNumber: "1" };
    return stored[next++];
  });
  return { FailedRecordCount: answers.filter((answer) => answer === REFUSED).length, Records: answers };
}

function elsewhere(entry: PutRecordsEntry): PutRecordsEntry {
  return { ...entry, ExplicitHashKey: (BigInt(entry.ExplicitHashKey) ^ HALF_OF_ALL_HASH_KEYS).toString() };
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

async function forward(
  upstream: string,
  { "content-length": _, host: __, ...headers }: IncomingHttpHeaders,
  body: Buffer,
): Promise<Answer> {
  const outgoing = request(upstream, { method: "POST", headers: { ...headers, "content-length": body.length } });
  outgoing.end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 500,
    contentType: answer.headers["content-type"] ?? "",
    body: await buffer(answer),
  };
}

function reply(response: ServerResponse, { body, contentType, status }: Answer): void {
  response.writeHead(status, { "content-type": contentType }).end(body);
}
