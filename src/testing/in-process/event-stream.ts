// SubscribeToShard's EventStream: what the service pushes, as the SDK hands it on.

import type { SubscribeToShardEvent, SubscribeToShardEventStream } from "@aws-sdk/client-kinesis";
import type { Subscription } from "../action.ts";
import { BrokenConnectionError } from "../broken-connection.ts";
import { ServiceError } from "../service-error.ts";
import { ownRecords } from "./own-bytes.ts";
import { connectionAborted } from "./sdk-errors.ts";

type StreamEvent = SubscribeToShardEventStream.SubscribeToShardEventMember;

export type EventStream = AsyncIterableIterator<StreamEvent, undefined, unknown>;

interface EventStreamOptions {
  readonly exceptionOf: (error: ServiceError) => Error;
  /** It is over, however that came: once. */
  readonly onEnd: () => void;
}

/** `breakOff`: the connection goes, and the loop throws. */
export function eventStreamOf(
  subscription: Subscription,
  { exceptionOf, onEnd }: EventStreamOptions,
): { readonly stream: EventStream; readonly breakOff: () => void } {
  let isOver = false;
  let isBroken = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    subscription.close(); // what waits for the next event gets undefined
    onEnd();
  }

  async function* read(): AsyncGenerator<StreamEvent, undefined, unknown> {
    try {
      while (true) {
        const event = await subscription.next();
        if (isBroken) throw connectionAborted();
        if (!event) return undefined;
        yield { SubscribeToShardEvent: ownEvent(event) };
      }
    } catch (error) {
      if (error instanceof ServiceError) throw exceptionOf(error);
      throw error instanceof BrokenConnectionError ? connectionAborted() : error;
    } finally {
      end();
    }
  }

  const events = read();
  const stream: EventStream = {
    next: () => events.next(),
    // At once: a generator would first wait for the event that it is waiting for.
    return: () => {
      end();
      return events.return(undefined);
    },
    throw: (error: unknown) => {
      end();
      return events.throw(error);
    },
    [Symbol.asyncIterator]: () => stream,
  };
  const breakOff = (): void => {
    isBroken = true;
    end();
  };
  return { stream, breakOff };
}

function ownEvent(event: SubscribeToShardEvent): SubscribeToShardEvent {
  return event.Records ? { ...event, Records: ownRecords(event.Records) } : event;
}
