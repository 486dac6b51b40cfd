// Calls of one client: each on its way to the performer, until it has an answer, or its signal, its timeout or `destroy`
// ends the waiting. The service is not told: it does what it was asked, as with a connection that is gone.

import type { Clock } from "../../kinesis/index.ts";
import type { ActionName, InputOf, OutputOf, Subscription } from "../action.ts";
import { BrokenConnectionError } from "../broken-connection.ts";
import type { Performer } from "../door.ts";
import { ServiceError } from "../service-error.ts";
import { fromInput } from "../shapes/index.ts";
import { type EventStream, eventStreamOf } from "./event-stream.ts";
import type { KinesisSdk } from "./load-sdk.ts";
import { ownRecords } from "./own-bytes.ts";
import {
  answerTruncated,
  connectionReset,
  exceptionOf,
  type Metadata,
  requestAborted,
  requestTimedOut,
  socketHangUp,
} from "./sdk-errors.ts";

export interface CallsOptions {
  readonly performer: Performer;
  readonly sdk: KinesisSdk;
  readonly clock: Clock;
  readonly requestTimeoutMs: number | undefined;
}

/** As in the second argument of the SDK's `send`. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal;
  /** Milliseconds; wins over the client's own. */
  readonly requestTimeout?: number;
}

export class Calls {
  readonly #options: CallsOptions;
  /** What `destroy` does to each that is under way: a call that waits, a subscription that is read. */
  readonly #underWay = new Set<() => void>();
  #answers = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  call(name: string, input: unknown, { abortSignal, requestTimeout }: CallOptions = {}): Promise<object> {
    const { clock, requestTimeoutMs } = this.#options;
    const timeoutMs = requestTimeout ?? requestTimeoutMs;
    return new Promise((resolve, reject) => {
      if (abortSignal?.aborted) return reject(requestAborted());
      let isWaiting = true;
      const settle = (): void => {
        isWaiting = false;
        this.#underWay.delete(breakOff);
        abortSignal?.removeEventListener("abort", abort);
        cancelTimer?.();
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const breakOff = (): void => fail(socketHangUp());
      const abort = (): void => fail(requestAborted());
      this.#underWay.add(breakOff);
      abortSignal?.addEventListener("abort", abort, { once: true });
      const cancelTimer = timeoutMs ? clock.timer(timeoutMs, () => fail(requestTimedOut(timeoutMs))) : undefined;
      this.#perform(name, input, abortSignal).then(
        (output) => {
          if (!isWaiting) return abandon(output);
          settle();
          resolve(this.#answer(name, output, abortSignal));
        },
        (error: unknown) => {
          const isLost = error instanceof BrokenConnectionError && error.how === "lost";
          if (isWaiting && !isLost) fail(this.#failure(error));
        },
      );
    });
  }

  /** Later calls are none the worse: the SDK opens a connection for them. */
  breakOff(): void {
    for (const breakOff of [...this.#underWay]) breakOff();
  }

  #perform(name: string, input: unknown, signal: AbortSignal | undefined): Promise<OutputOf<ActionName>> {
    const { performer } = this.#options;
    try {
      if (!performer.isAction(name)) throw unknownOperation(name);
      const taken: InputOf<ActionName> = fromInput(name, input);
      return performer.perform(name, taken as never, signal);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #answer(name: string, output: OutputOf<ActionName>, signal: AbortSignal | undefined): object {
    const $metadata = this.#metadata(200);
    if (isSubscription(output)) return { EventStream: this.#subscribed(output, signal), $metadata };
    if (name === "GetRecords") {
      const { Records } = output as OutputOf<"GetRecords">;
      return { ...output, Records: ownRecords(Records ?? []), $metadata };
    }
    return { ...output, $metadata };
  }

  #subscribed(subscription: Subscription, signal: AbortSignal | undefined): EventStream {
    const { sdk } = this.#options;
    const { breakOff, stream } = eventStreamOf(subscription, {
      exceptionOf: (error) => exceptionOf(sdk, error),
      onEnd: () => {
        this.#underWay.delete(breakOff);
        signal?.removeEventListener("abort", breakOff);
      },
    });
    this.#underWay.add(breakOff);
    signal?.addEventListener("abort", breakOff, { once: true });
    return stream;
  }

  #failure(error: unknown): Error {
    if (error instanceof ServiceError) {
      return exceptionOf(this.#options.sdk, error, this.#metadata(error.statusCode));
    }
    // A bug of the model, or that it is closed: as it comes.
    if (!(error instanceof BrokenConnectionError)) return error as Error;
    // What has no body has no middle to be cut at.
    const isCut = error.how === "truncated" && Object.keys(error.output ?? {}).length > 0;
    return isCut ? answerTruncated(this.#metadata(200)) : connectionReset();
  }

  #metadata(httpStatusCode: number): Metadata {
    const count = (++this.#answers).toString(16).padStart(12, "0");
    return {
      httpStatusCode,
      requestId: `00000000-0000-4000-8000-${count}`,
      extendedRequestId: undefined,
      cfId: undefined,
      attempts: 1,
      totalRetryDelay: 0,
    };
  }
}

function isSubscription(output: object): output is Subscription {
  return "next" in output && "close" in output;
}

function unknownOperation(name: string): ServiceError {
  const message = `Kinesis_20131202.${name} is not a call that LocalKinesis knows`;
  return new ServiceError("UnknownOperationException", message);
}

/** Nobody waits for it any more. */
function abandon(output: object): void {
  if (isSubscription(output)) output.close();
}
