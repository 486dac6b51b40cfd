// The in-process stream as its users meet it.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { InvalidOptionError } from "../codec/index.ts";
import { type Clock, systemClock } from "../kinesis/index.ts";
import type { ActionName } from "./action.ts";
import { Endpoint } from "./endpoint.ts";
import { LocalKinesisClosedError } from "./errors.ts";
import { Faults } from "./faults/index.ts";
import type { Listener } from "./http/index.ts";
import { createInProcessClient, type InProcessClientOptions } from "./in-process/index.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { Service, type StreamSnapshot } from "./service/index.ts";

export interface LocalKinesisOptions {
  /** Time for everything: throttles, retention, iterators, subscriptions. @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** Streams that are there and ACTIVE from the start, by name, with their count of shards. */
  readonly streams?: Readonly<Record<string, number>>;
  /** The service's ("aws", default), none ("off"), or the service's with some changed; Infinity is none. */
  readonly limits?: "aws" | "off" | Partial<Limits>;
  /** How long a stream stays CREATING, UPDATING or DELETING, and a consumer CREATING or DELETING, in milliseconds. AWS takes half a minute. @defaultValue 0 */
  readonly transitionMs?: number;
  /** How long every call takes, or each one, in milliseconds; it takes effect half-way. @defaultValue 0 */
  readonly latencyMs?: number | ((action: ActionName) => number);
  /** A subscription sends an empty event after so many milliseconds without records. @defaultValue 5,000 */
  readonly heartbeatMs?: number;
  /** Whether the last records of a closed shard and its end come in one answer, or the end in one of its own. AWS promises neither. @defaultValue "with-last-records" */
  readonly shardEnd?: "with-last-records" | "after-last-records";
  /** Twelve digits. @defaultValue "000000000000" */
  readonly accountId?: string;
  /** @defaultValue "us-east-1" */
  readonly region?: string;
  /** Of the faults' chances: the same seed and the same calls, the same faults. @defaultValue 0 */
  readonly seed?: number;
}

/**
 * Kinesis Data Streams in memory, for tests: with the service's throttles, limits, expiries and resharding, on a clock that
 * the test may hold in its hand, and with faults on demand. It is a model, checked against AWS's documentation and against
 * two independent emulators (docs/conformance.md).
 * @throws `KPL_KIT_INVALID_OPTION`, naming the option, its value and its range.
 * @example
 * ```ts
 * await using local = new LocalKinesis({ streams: { orders: 2 } });
 * local.faults.inject({ action: "PutRecords", fault: { kind: "throttled" } });
 * await myProducer({ kinesis: local.client(), streamName: "orders" });
 * ```
 */
export class LocalKinesis implements AsyncDisposable {
  readonly clock: Clock;
  /** What goes wrong, and what has. */
  readonly faults: Faults;
  readonly #service: Service;
  readonly #endpoint: Endpoint;
  readonly #region: string;
  readonly #listeners = new Set<Listener>();
  readonly #clients = new Set<KinesisClient>();
  #isClosed = false;

  constructor(options: LocalKinesisOptions = {}) {
    const { accountId = "000000000000", clock = systemClock, limits, region = "us-east-1", seed = 0 } = options;
    const {
      heartbeatMs = 5_000,
      latencyMs = 0,
      shardEnd = "with-last-records",
      streams = {},
      transitionMs = 0,
    } = options;
    checkMilliseconds("heartbeatMs", heartbeatMs, 1);
    checkMilliseconds("transitionMs", transitionMs, 0);
    if (typeof latencyMs === "number") checkMilliseconds("latencyMs", latencyMs, 0);
    if (shardEnd !== "with-last-records" && shardEnd !== "after-last-records") {
      throw new InvalidOptionError("shardEnd", shardEnd, '"with-last-records" or "after-last-records"');
    }
    this.clock = clock;
    this.#region = region;
    this.faults = new Faults({ seed });
    this.#service = new Service({
      accountId,
      clock,
      heartbeatMs,
      limits: resolveLimits(limits),
      region,
      shardEnd,
      transitionMs,
    });
    for (const [name, shards] of Object.entries(streams)) this.#service.addStream(name, shards);
    this.#endpoint = new Endpoint({
      clock,
      faults: this.faults,
      service: this.#service,
      latencyMs: typeof latencyMs === "number" ? () => latencyMs : latencyMs,
    });
  }

  /**
   * A `KinesisClient` of your AWS SDK whose `send` comes here: no network, no middleware, no retries.
   * @throws `KPL_KIT_MISSING_PEER` where `@aws-sdk/client-kinesis` is not installed.
   */
  client(options: Pick<InProcessClientOptions, "requestTimeoutMs"> = {}): KinesisClient {
    const client = createInProcessClient(this.#endpoint, { ...options, clock: this.clock, region: this.#region });
    this.#clients.add(client);
    return client;
  }

  /**
   * The same stream over HTTP/1.1 and HTTP/2 without TLS, on 127.0.0.1 only, for any AWS SDK. Signatures are not checked.
   * @throws `KPL_KIT_LOCAL_KINESIS_CLOSED`; the operating system's error if the port is taken
   */
  async listen({ port = 0 }: { readonly port?: number } = {}): Promise<Listener> {
    if (this.#isClosed) throw new LocalKinesisClosedError();
    // Only who listens pays for loading node:http and node:http2.
    const { listen } = await import("./http/index.ts");
    const listener = await listen(this.#endpoint, { clock: this.clock, port });
    // It was closed meanwhile, and knew nothing of this port.
    if (this.#isClosed) {
      await listener.close();
      throw new LocalKinesisClosedError();
    }
    this.#listeners.add(listener);
    return listener;
  }

  /** Everything that was ever written, in the order of the streams' creation. */
  snapshot(): readonly StreamSnapshot[] {
    return this.#service.snapshot();
  }

  /** Ends what listens, what is subscribed and what waits. Nothing of it is left when this resolves. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endpoint.close();
    for (const client of this.#clients) client.destroy();
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function checkMilliseconds(option: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new InvalidOptionError(option, value, `a finite number of milliseconds from ${least}`);
}
