// A subscription as the endpoint hands it out: the model's own, and what a fault does to it.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { Subscription } from "./action.ts";
import { BrokenConnectionError } from "./broken-connection.ts";
import type { StruckFault } from "./faults/index.ts";
import { ServiceError } from "./service-error.ts";

export class BrokenSubscription implements Subscription {
  readonly #whole: Subscription;
  readonly #fault: StruckFault | undefined;
  readonly #onEnd: () => void;
  #events = 0;
  #closed = false;
  #release: (() => void) | undefined;

  constructor(whole: Subscription, fault: StruckFault | undefined, onEnd: () => void) {
    this.#whole = whole;
    this.#fault = fault;
    this.#onEnd = onEnd;
  }

  async next(): Promise<SubscribeToShardEvent | undefined> {
    if (this.#closed) return undefined;
    const fault = this.#fault;
    if (fault?.kind === "silent-subscription") return await this.#silence();
    if (fault?.kind === "cut-subscription" && this.#events >= fault.afterEvents) {
      this.close();
      if (fault.how === "end") return undefined;
      if (fault.how === "reset") throw new BrokenConnectionError("reset");
      throw new ServiceError(fault.how.exception, "Injected by a fault.");
    }
    try {
      const event = await this.#whole.next();
      if (event) this.#events++;
      else this.close();
      return event;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#whole.close();
    this.#release?.();
    this.#onEnd();
  }

  /** Not even the service's end of a subscription arrives: the connection is half dead. */
  async #silence(): Promise<undefined> {
    await new Promise<void>((resolve) => {
      this.#release = resolve;
    });
  }
}
