// A KinesisClient of the AWS SDK whose `send` goes to a performer: paginators, waiters and `instanceof` take it for what
// it is. No middleware runs, nothing is retried, no socket is opened.

import type { KinesisClient, KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { InvalidOptionError } from "../../codec/index.ts";
import { type Clock, systemClock } from "../../kinesis/index.ts";
import type { Performer } from "../door.ts";
import { type CallOptions, Calls } from "./calls.ts";
import { type KinesisSdk, loadKinesisSdk, withoutVersionWarning } from "./load-sdk.ts";
import { operationName } from "./operation-name.ts";

export interface InProcessClientOptions {
  /** For timeouts. @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** What `client.config.region()` gives. @defaultValue "us-east-1" */
  readonly region?: string;
  /**
   * How long a call waits for its answer, in milliseconds of the clock: above it a TimeoutError with the code ETIMEDOUT.
   * Without it, a lost answer is waited for until the call's own `requestTimeout`, its `abortSignal` or `destroy()`.
   */
  readonly requestTimeoutMs?: number;
}

/**
 * @throws `KPL_KIT_MISSING_PEER` where the AWS SDK is not installed, `KPL_KIT_INVALID_OPTION`
 */
export function createInProcessClient(performer: Performer, options: InProcessClientOptions = {}): KinesisClient {
  const { clock = systemClock, region = "us-east-1", requestTimeoutMs } = options;
  if (requestTimeoutMs !== undefined && !(Number.isFinite(requestTimeoutMs) && requestTimeoutMs > 0)) {
    throw new InvalidOptionError("requestTimeoutMs", requestTimeoutMs, "a finite number of milliseconds above 0");
  }
  const sdk = loadKinesisSdk();
  const calls = new Calls({ performer, sdk, clock, requestTimeoutMs });
  InProcessClient ??= inProcessClientClass(sdk);
  const Client = InProcessClient;
  return withoutVersionWarning(() => new Client(configOf(region), calls));
}

type InProcessClientClass = new (config: KinesisClientConfig, calls: Calls) => KinesisClient;

/** Its base class comes with the SDK. */
let InProcessClient: InProcessClientClass | undefined;

function inProcessClientClass(sdk: KinesisSdk): InProcessClientClass {
  return class InProcessClient extends sdk.KinesisClient {
    readonly #calls: Calls;

    constructor(config: KinesisClientConfig, calls: Calls) {
      super(config);
      this.#calls = calls;
    }

    /** As the SDK's: a promise, or what a callback is told. `never` is what all its overloads have in common. */
    override send(command: unknown, optionsOrCallback?: unknown, callback?: unknown): never {
      const name = operationName(command);
      const { input } = command as { readonly input?: unknown };
      const isCallback = typeof optionsOrCallback === "function";
      const options = isCallback ? undefined : (optionsOrCallback as CallOptions | undefined);
      const answer = this.#calls.call(name, input, options);
      const tell = (isCallback ? optionsOrCallback : callback) as Callback | undefined;
      if (!tell) return answer as never;
      // The SDK swallows what a callback throws; a test wants to hear of it.
      void answer.then(
        (output) => tell(null, output),
        (error: unknown) => tell(error),
      );
      return undefined as never;
    }

    override destroy(): void {
      this.#calls.breakOff();
      super.destroy();
    }
  };
}

type Callback = (error: unknown, output?: unknown) => void;

/** All that the SDK would otherwise look for in the environment, in files or at the instance's metadata service. */
function configOf(region: string): KinesisClientConfig {
  return {
    region,
    // Whoever makes another client of this one's config must not reach AWS.
    endpoint: "http://in-process.invalid",
    credentials: { accessKeyId: "in-process", secretAccessKey: "in-process" },
    requestHandler: {
      handle: () => Promise.reject(new Error("this client is in the process: only its send() works")),
      destroy: () => {},
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "legacy",
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    accountIdEndpointMode: "disabled",
    authSchemePreference: [],
    userAgentAppId: "in-process",
  };
}
