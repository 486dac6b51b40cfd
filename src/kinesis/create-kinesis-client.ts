// A KinesisClient of the AWS SDK, set up as a producer or a consumer wants it.

import type { KinesisClient, KinesisClientConfig } from "@aws-sdk/client-kinesis";
import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { InvalidOptionError } from "../codec/index.ts";
import { systemClock } from "./clock.ts";
import { settingsOf } from "./kinesis-cbor-protocol.ts";
import { loadPeers, type Peers } from "./peers.ts";
import { hasUnderstood, mayBeRefusalOfCbor } from "./refusal-of-cbor.ts";
import {
  BodyBuffers,
  type Command,
  type Encoding,
  inJson,
  KinesisRequestHandler,
  KnownCalls,
  kinesisProtocolClass,
} from "./wire/index.ts";

type Logger = NonNullable<KinesisClientConfig["logger"]>;

export type KinesisClientEvent =
  /** The endpoint does not know CBOR: from now on this client speaks JSON. */
  { readonly type: "cbor-refused"; readonly endpoint: string; readonly cause: unknown };

export interface KinesisClientOptions extends KinesisClientConfig {
  /** How calls are written. CBOR falls back to JSON where the endpoint refuses it. @defaultValue "cbor" */
  readonly encoding?: Encoding;
  /** "none": each call is made once, for a caller who retries by its own rules. @defaultValue "sdk", as `maxAttempts` and `retryMode` say */
  readonly retries?: "sdk" | "none";
  /** Whether the buffers of large request bodies are used again. @defaultValue true */
  readonly reuseBodyBuffers?: boolean;
  /**
   * Whether PutRecords, PutRecord and GetRecords take endpoint, user agent and signer from the last such call that the SDK
   * has made, at most a second before. Where you add a middleware, a logger or a retry strategy of your own, they never do.
   * @defaultValue true
   */
  readonly reuseRequestHeads?: boolean;
  readonly onEvent?: (event: KinesisClientEvent) => void;
  /** Modules of the AWS SDK, for a bundle that has them inside. @defaultValue those installed */
  readonly peers?: Peers;
}

/**
 * The SDK's own client, with CBOR, connections that are kept, and no copies for a logger that logs nothing: a fraction of the
 * CPU, by `npm run bench:wire`. Credentials, region, endpoint, middleware, proxies: as in the SDK, and what you set wins.
 * @throws `KPL_KIT_MISSING_PEER`, `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * const kinesis = createKinesisClient({ region: "eu-west-1" });
 * await kinesis.send(new PutRecordsCommand({ StreamName: "orders", Records }));
 * ```
 */
export function createKinesisClient(options: KinesisClientOptions = {}): KinesisClient {
  const {
    encoding = "cbor",
    onEvent,
    peers = loadPeers(),
    retries = "sdk",
    reuseBodyBuffers = true,
    reuseRequestHeads = true,
    ...config
  } = options;
  checkOneOf("encoding", encoding, ["cbor", "json"]);
  checkOneOf("retries", retries, ["sdk", "none"]);
  const buffers = reuseBodyBuffers ? new BodyBuffers() : undefined;
  const speaks = { encoding };
  const Protocol = kinesisProtocolClass(peers);
  const protocol = new Protocol({ settings: settingsOf(peers), encoding: () => speaks.encoding, buffers });
  const client = new peers.client.KinesisClient({
    protocol,
    logger: new NoOpLogger() as Logger,
    ...(retries === "none" ? { maxAttempts: 1 } : {}),
    ...config,
    requestHandler: requestHandlerOf(peers, config.requestHandler),
  });
  if (buffers) giveBodiesBack(client, buffers);
  if (encoding === "cbor" && config.protocol === undefined) fallBackToJson(client, speaks, onEvent);
  // A strategy of the user's is asked once for each call.
  if (reuseRequestHeads && config.logger === undefined && config.retryStrategy === undefined) {
    makeKnownCallsShort(client, { buffers, clock: systemClock, peers, protocol });
  }
  return client;
}

/**
 * The SDK copies input and output of each call, depth first, to hand them to a logger that logs nothing. Where there is no
 * `info` and no `error` it leaves that. The name is the one of the SDK's own: by it the credential chain knows that
 * nobody listens, and warns on the console.
 */
class NoOpLogger {
  trace(): void {}
  debug(): void {}
  warn(): void {}
}

/** A handler of the user's own stays; options, with a proxy's agent or a timeout, go to ours. */
function requestHandlerOf(
  peers: Peers,
  given: KinesisClientConfig["requestHandler"],
): NonNullable<KinesisClientConfig["requestHandler"]> {
  if (given !== undefined && "handle" in given) return given;
  return new KinesisRequestHandler(peers, given as NodeHttpHandlerOptions | undefined);
}

/**
 * Around the retries. A body is free when the first attempt has succeeded: after a later one, an earlier may still be on its
 * way to a service that has refused it without reading it.
 */
function giveBodiesBack({ middlewareStack }: KinesisClient, buffers: BodyBuffers): void {
  middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { body } = args.request as { readonly body?: unknown };
      if (answer.output.$metadata.attempts === 1) buffers.giveBack(body);
      return answer;
    },
    { step: "build", priority: "high", name: "kplKitGiveBodiesBack" },
  );
}

function makeKnownCallsShort(
  client: KinesisClient,
  parts: Omit<ConstructorParameters<typeof KnownCalls>[0], "config" | "stack">,
): void {
  const { config, middlewareStack } = client;
  const knownCalls = new KnownCalls({ ...parts, config: config as never, stack: middlewareStack as never });
  const send = (command: Command, ...others: readonly unknown[]): unknown =>
    // By the prototype each time: who stubs it, or wraps it to trace calls, sees these too.
    (parts.peers.client.KinesisClient.prototype.send as (...all: unknown[]) => unknown).call(
      client,
      knownCalls.shortened(command),
      ...others,
    );
  Object.defineProperty(client, "send", { value: send, writable: true, configurable: true });
}

/** Around everything: the call is made once more, written anew. */
function fallBackToJson(
  client: KinesisClient,
  speaks: { encoding: Encoding },
  onEvent: KinesisClientOptions["onEvent"],
): void {
  const speakJson = (event: KinesisClientEvent): void => {
    if (speaks.encoding === "json") return;
    speaks.encoding = "json";
    // What an observer throws must not make a failure of a put that is stored.
    if (onEvent) queueMicrotask(() => onEvent(event));
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const { encoding } = speaks;
      try {
        return await next(args);
      } catch (cause) {
        if (encoding === "json" || !mayBeRefusalOfCbor(cause)) throw cause;
        const refused: KinesisClientEvent = { type: "cbor-refused", endpoint: await endpointOf(client), cause };
        try {
          const answer = await next({ ...args, input: inJson(args.input) as typeof args.input });
          speakJson(refused);
          return answer;
        } catch (error) {
          if (hasUnderstood(error)) speakJson(refused);
          throw error;
        }
      }
    },
    { step: "initialize", priority: "high", name: "kplKitFallBackToJson" },
  );
}

async function endpointOf({ config }: KinesisClient): Promise<string> {
  const endpoint = await config.endpoint?.();
  return endpoint ? `${endpoint.protocol}//${endpoint.hostname}${endpoint.port ? `:${endpoint.port}` : ""}` : "AWS";
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function checkOneOf(option: string, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value)) throw new InvalidOptionError(option, value, `one of ${allowed.join(", ")}`);
}
