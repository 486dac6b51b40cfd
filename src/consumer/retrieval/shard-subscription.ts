// One connection of SubscribeToShard, from its call to whatever ends it. To leave the SDK's loop, or to `return` its
// iterator, does not close the connection: the service would go on pushing into it for minutes. Only the signal that the
// call was given does, so each connection has one of its own.

import type {
  SubscribeToShardEvent,
  SubscribeToShardEventStream,
  SubscribeToShardInput,
} from "@aws-sdk/client-kinesis";
import type { Clock, KinesisCalls } from "../../kinesis/index.ts";

export type Received =
  | { readonly kind: "event"; readonly event: SubscribeToShardEvent }
  /** As if all were well: its five minutes are over, or the server went away. */
  | { readonly kind: "ended" }
  | { readonly kind: "silent" }
  | { readonly kind: "failed"; readonly error: unknown }
  /** By the reader's own signal, or by `close`. */
  | { readonly kind: "closed" };

export interface SubscriptionContext {
  readonly calls: Pick<KinesisCalls, "subscribeToShard">;
  readonly clock: Clock;
  /** Closes the connection, whoever waits for it or not. */
  readonly signal: AbortSignal;
  /** The service says every few seconds that it lives. */
  readonly silenceMs: number;
}

/** `callSignal`: of the call alone, until it is answered. */
export async function openSubscription(
  context: SubscriptionContext,
  input: SubscribeToShardInput,
  callSignal: AbortSignal,
): Promise<ShardSubscription> {
  const connection = new AbortController();
  const breakOff = (): void => connection.abort(callSignal.reason);
  callSignal.addEventListener("abort", breakOff, { once: true });
  try {
    const { EventStream } = await context.calls.subscribeToShard(input, connection.signal);
    // Of a client that answers all the same, nobody waits any more.
    connection.signal.throwIfAborted();
    return new ShardSubscription(context, connection, EventStream);
  } finally {
    callSignal.removeEventListener("abort", breakOff);
  }
}

export class ShardSubscription {
  readonly #context: SubscriptionContext;
  readonly #connection: AbortController;
  readonly #events: AsyncIterator<SubscribeToShardEventStream>;
  readonly #stop: () => void = () => this.#end({ kind: "closed" });
  #isOver = false;
  #settle: ((received: Received) => void) | undefined;

  constructor(
    context: SubscriptionContext,
    connection: AbortController,
    events: AsyncIterable<SubscribeToShardEventStream> | undefined,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#events = (events ?? nothing())[Symbol.asyncIterator]();
    if (context.signal.aborted) this.close();
    else context.signal.addEventListener("abort", this.#stop, { once: true });
  }

  /** One call at a time. The connection is asked only here: what nobody asks for stays in it, and holds up its sender. */
  next(): Promise<Received> {
    if (this.#isOver) return Promise.resolve({ kind: "closed" });
    const { clock, silenceMs } = this.#context;
    return new Promise((resolve) => {
      const cancel = clock.timer(silenceMs, () => this.#end({ kind: "silent" }));
      this.#settle = (received) => {
        this.#settle = undefined;
        cancel();
        resolve(received);
      };
      this.#ask();
    });
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#context.signal.removeEventListener("abort", this.#stop);
    this.#connection.abort();
  }

  #ask(): void {
    this.#events.next().then(
      ({ done, value }) => (done ? this.#end({ kind: "ended" }) : this.#receive(value)),
      // Of a connection that was broken off, too: nobody waits for it any more.
      (error: unknown) => this.#end({ kind: "failed", error }),
    );
  }

  #receive(member: SubscribeToShardEventStream): void {
    const { SubscribeToShardEvent: event, $unknown: unknown, ...exceptions } = member;
    const [error] = Object.values(exceptions);
    if (event) this.#settle?.({ kind: "event", event });
    else if (error) this.#end({ kind: "failed", error });
    // A kind of event that this SDK does not know yet.
    else if (!this.#isOver) this.#ask();
  }

  #end(received: Received): void {
    this.close();
    this.#settle?.(received);
  }
}

async function* nothing(): AsyncGenerator<never> {}
