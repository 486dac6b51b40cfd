// The same calls to the same service, by a client that takes the heads of its requests from the call before, and by one that
// has the SDK make each call: all that arrives, and all that the caller sees.

import type { ServerResponse } from "node:http";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { onTestFinished, vi } from "vitest";
import { createKinesisClient, type KinesisClientOptions } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";
import { hasValidSignature, SECRET } from "./known-calls-signature.ts";
import { type Arrived, answer, isAsSigned, type Reply, serveRaw, whole } from "./server.ts";

/** A date has no fraction of a second on the wire. */
export const NOW = 1_787_036_486_000;

export type Calls = (kinesis: KinesisClient) => readonly Promise<unknown>[] | Promise<unknown>;

export interface Scenario {
  readonly options?: KinesisClientOptions;
  /** Answered well: what the scenario's calls have a head from. */
  readonly warm: Calls;
  /** From the first request after that on. Undefined: it answers by itself, or never. */
  readonly respond: (index: number, response: ServerResponse, arrived: Arrived) => Reply | undefined;
  readonly calls: readonly Calls[];
}

export interface Played {
  readonly arrived: readonly unknown[];
  readonly outcomes: readonly unknown[];
  readonly retryCapacity: unknown;
  readonly clockOffset: unknown;
}

/** `isShort`: whether the first request of the scenario came before anybody had asked for an endpoint. */
export async function played(
  { peers }: Sdk,
  reuseRequestHeads: boolean,
  { calls, options, respond, warm }: Scenario,
): Promise<Played & { readonly isShort: boolean | undefined }> {
  const requests: unknown[] = [];
  const state = { warm: false, asked: 0, askedBefore: 0, isShort: undefined as boolean | undefined };
  const idOf = numbered();
  const server = await serveRaw([], async (request, response) => {
    if (state.warm) state.isShort ??= state.asked === state.askedBefore;
    const arrived = await whole(request);
    if (!arrived) return;
    const { length: index } = requests;
    requests.push({ method: request.method, path: request.url, ...seen(arrived, idOf) });
    // Node's own is of another time than the test's.
    response.setHeader("date", new Date(NOW).toUTCString());
    const reply = state.warm ? respond(index, response, arrived) : {};
    if (reply) answer(response, reply);
  });
  const { hostname, port } = new URL(server.endpoint);
  const kinesis = createKinesisClient({
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: SECRET },
    endpoint: async () => {
      state.asked++;
      return { protocol: "http:", hostname, port: Number(port), path: "/" };
    },
    peers,
    reuseRequestHeads,
    ...options,
  });
  onTestFinished(() => kinesis.destroy());
  await Promise.all([warm(kinesis)].flat());
  Object.assign(state, { warm: true, askedBefore: state.asked });
  requests.length = 0;
  const outcomes: unknown[] = [];
  for (const call of calls) {
    const made = await Promise.all([outcomesOf(peers.client, () => call(kinesis))].flat());
    outcomes.push(...made.flat());
  }
  const strategy = (await kinesis.config.retryStrategy()) as { getCapacity?(): number };
  return {
    arrived: requests,
    outcomes,
    isShort: state.isShort,
    retryCapacity: strategy.getCapacity?.(),
    clockOffset: kinesis.config.systemClockOffset,
  };
}

/** Two calls that differ in nothing but what is each one's own: no time passes, and no dice fall. */
export function withoutChance(): void {
  vi.useFakeTimers({ toFake: ["Date", "performance"], now: NOW });
  const random = vi.spyOn(Math, "random").mockReturnValue(0.02);
  onTestFinished(() => {
    vi.useRealTimers();
    random.mockRestore();
  });
}

function seen(arrived: Arrived, idOf: (id: string) => number): object {
  const { authorization = "", "amz-sdk-invocation-id": id = "", host: _, ...headers } = arrived.headers;
  return {
    headers,
    scope: authorization.replace(/Signature=.*/, ""),
    isSigned: isAsSigned(arrived) && hasValidSignature(arrived.headers),
    // One of its own for each call, and the same for all attempts at it.
    call: /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/.test(id) ? idOf(id) : id,
    body: arrived.body.toString("base64"),
  };
}

function numbered(): (id: string) => number {
  const ids: string[] = [];
  return (id) => {
    if (!ids.includes(id)) ids.push(id);
    return ids.indexOf(id);
  };
}

async function outcomesOf(client: Sdk["peers"]["client"], call: () => ReturnType<Calls>): Promise<unknown[]> {
  // What is thrown before there is a promise is another thing than a promise that rejects.
  let made: ReturnType<Calls>;
  try {
    made = call();
  } catch (error) {
    return [{ thrown: errorSeen(client, error) }];
  }
  return await Promise.all(
    [made].flat().map((each) =>
      each.then(
        (output) => ({ output }),
        (error: unknown) => ({ error: errorSeen(client, error) }),
      ),
    ),
  );
}

function errorSeen(client: Sdk["peers"]["client"], given: unknown): object {
  if (!(given instanceof Error)) return { given };
  const error = given as Error & {
    readonly $response?: { readonly statusCode?: number; readonly headers?: object; readonly body?: unknown };
  };
  const names = Object.getOwnPropertyNames(error).filter((name) => !["stack", "$response"].includes(name));
  const own = names.sort().map((name) => [name, (error as unknown as Record<string, unknown>)[name]]);
  return {
    own: Object.fromEntries(own) as object,
    class: error.constructor.name,
    isService: error instanceof client.KinesisServiceException,
    response: error.$response && [
      error.$response.statusCode,
      Object.keys(error.$response.headers ?? {}).sort(),
      bodySeen(error.$response.body),
    ],
    text: String(error),
  };
}

function bodySeen(body: unknown): unknown {
  if (body instanceof Uint8Array) return Buffer.from(body).toString("base64");
  return typeof body === "object" ? body?.constructor.name : body;
}
