// A call on its way: half of the latency, what a fault does to it, the model, the other half. Without latency and without
// a slow fault the model has done its work before `perform` first yields, so calls take effect in the order they are made.

import type { Clock } from "../kinesis/index.ts";
import type { ActionName, InputOf, OutputOf, Subscription } from "./action.ts";
import { BrokenConnectionError } from "./broken-connection.ts";
import { BrokenSubscription } from "./broken-subscription.ts";
import type { Performer } from "./door.ts";
import { LocalKinesisClosedError } from "./errors.ts";
import type { Faults, StruckFault } from "./faults/index.ts";
import type { CallConditions, Service } from "./service/index.ts";
import { ServiceError, throughputExceeded } from "./service-error.ts";
import { validate } from "./shapes/index.ts";

export interface EndpointOptions {
  readonly clock: Clock;
  readonly service: Service;
  readonly faults: Faults;
  /** There and back. */
  readonly latencyMs: (action: ActionName) => number;
}

export class Endpoint implements Performer {
  readonly #options: EndpointOptions;
  #isClosed = false;
  readonly #waiting = new Set<AbortController>();
  readonly #subscriptions = new Set<Subscription>();

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  isAction(name: string): name is ActionName {
    return this.#options.service.isAction(name);
  }

  async perform<Name extends ActionName>(
    action: Name,
    input: InputOf<Name>,
    signal?: AbortSignal,
  ): Promise<OutputOf<Name>> {
    const { faults, latencyMs, service } = this.#options;
    this.#requireOpen();
    signal?.throwIfAborted();
    const onTheWayMs = latencyMs(action) / 2;
    if (onTheWayMs > 0) await this.#wait(onTheWayMs, signal);
    validate(action, input);
    const fault = faults.isArmed
      ? faults.strike({ action, ...service.targetOf(action, input), nowMs: service.nowMs() })
      : undefined;
    if (fault?.kind === "slow" && fault.when === "before") await this.#wait(fault.ms, signal);
    refuse(action, fault);
    const output = service.perform(action, input, {
      ...conditionsOf(fault),
      through: (subscription) => this.#track(subscription, fault),
    });
    try {
      if (fault?.kind === "slow" && fault.when === "after") await this.#wait(fault.ms, signal);
      breakAnswer(fault, output);
      if (onTheWayMs > 0) await this.#wait(onTheWayMs, signal);
      return output;
    } catch (error) {
      // It never arrives, so nobody will ever read it.
      if (isSubscription(output)) output.close();
      throw error;
    }
  }

  /** Calls that wait reject, subscriptions end. */
  close(): void {
    this.#isClosed = true;
    for (const waiting of [...this.#waiting]) waiting.abort(new LocalKinesisClosedError());
    for (const subscription of [...this.#subscriptions]) subscription.close();
  }

  /** Each has a signal of its own: Node warns of one that many listen to, and AbortSignal.any never quite forgets it. */
  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    this.#requireOpen();
    signal?.throwIfAborted();
    const waiting = new AbortController();
    const abort = (): void => waiting.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#waiting.add(waiting);
    try {
      await this.#options.clock.sleep(ms, waiting.signal);
    } finally {
      this.#waiting.delete(waiting);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** @throws `KPL_KIT_LOCAL_KINESIS_CLOSED` */
  #requireOpen(): void {
    if (this.#isClosed) throw new LocalKinesisClosedError();
  }

  /** It lives on after its call; a fault may be waiting for it. */
  #track(whole: Subscription, fault: StruckFault | undefined): Subscription {
    const subscription = new BrokenSubscription(whole, fault, () => this.#subscriptions.delete(subscription));
    this.#subscriptions.add(subscription);
    return subscription;
  }
}

function isSubscription(output: object): output is Subscription {
  return "next" in output;
}

/** @throws where the fault keeps the call from the service */
function refuse(action: ActionName, fault: StruckFault | undefined): void {
  if (fault?.kind === "error") {
    const { body, message = "Injected by a fault.", name, statusCode } = fault;
    throw new ServiceError(name, message, statusCode, body);
  }
  if (fault?.kind === "reset" && fault.when === "before") throw new BrokenConnectionError("reset");
  if (fault?.kind === "throttled" && action !== "PutRecords") throw throttledCall(fault.errorCode);
}

function throttledCall(errorCode: "ProvisionedThroughputExceededException" | "InternalFailure"): ServiceError {
  return errorCode === "InternalFailure"
    ? new ServiceError("InternalFailureException", "Internal Service Failure", 500)
    : throughputExceeded("Rate exceeded: injected by a fault.");
}

function conditionsOf(fault: StruckFault | undefined): CallConditions {
  if (fault?.kind === "throttled") return { refused: { entries: fault.entries, errorCode: fault.errorCode } };
  if (fault?.kind === "expired-iterator") return { iteratorExpired: true };
  if (fault?.kind === "stale-shards") return { staleBy: fault.byMs ?? "before-last-reshard" };
  return {};
}

/** @throws where the service has done its work and the caller never learns it whole */
function breakAnswer(fault: StruckFault | undefined, output: object): void {
  const how =
    fault?.kind === "truncated" || fault?.kind === "lost"
      ? fault.kind
      : fault?.kind === "reset" && fault.when === "after"
        ? "reset"
        : undefined;
  if (how !== undefined) throw new BrokenConnectionError(how, isSubscription(output) ? undefined : output);
}
