// SubscribeToShard: one answer that lasts for minutes, an event in each frame.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { InputOf, Subscription } from "../action.ts";
import { BrokenConnectionError } from "../broken-connection.ts";
import type { Performer } from "../door.ts";
import { ServiceError } from "../service-error.ts";
import { breakOff } from "./break-off.ts";
import { eventFrame, exceptionFrame } from "./event-frame.ts";
import type { AnswerHeaders, Exchange } from "./exchange.ts";
import type { WireProtocol } from "./wire-protocol.ts";

const HEADERS: AnswerHeaders = { "content-type": "application/vnd.amazon.eventstream" };

/** @throws only while nothing of the answer is sent; later failures are told among the events. */
export async function subscribe(
  exchange: Exchange,
  performer: Performer,
  protocol: WireProtocol,
  input: InputOf<"SubscribeToShard">,
): Promise<void> {
  // Without it the AWS SDK's send() waits for the first event, which an idle shard may not have for long.
  const opening = eventFrame("initial-response", protocol.contentType, protocol.writeInitialResponse());
  let subscription: Subscription;
  try {
    subscription = await performer.perform("SubscribeToShard", input, exchange.gone);
  } catch (error) {
    if (!(error instanceof BrokenConnectionError)) throw error;
    return breakOff(exchange, error.how, { headers: HEADERS, bytes: opening });
  }
  if (exchange.gone.aborted) return subscription.close();
  exchange.response.once("close", () => subscription.close());
  exchange.writeHead(200, HEADERS);
  await flushed(exchange, opening);
  await push(exchange, subscription, protocol);
}

async function push(exchange: Exchange, subscription: Subscription, protocol: WireProtocol): Promise<void> {
  const { gone, response } = exchange;
  const frameOf = (event: SubscribeToShardEvent): Buffer =>
    eventFrame("SubscribeToShardEvent", protocol.contentType, protocol.writeEvent(event));
  try {
    while (!gone.aborted) {
      const event = await subscription.next();
      if (!event) {
        response.end();
        return;
      }
      // The next is not asked for before this one has left: a slow reader holds up its own subscription, not the memory.
      await flushed(exchange, frameOf(event));
    }
  } catch (error) {
    if (error instanceof BrokenConnectionError) {
      const event = error.output as SubscribeToShardEvent | undefined;
      return breakOff(exchange, error.how, { bytes: event ? frameOf(event) : Buffer.alloc(0) });
    }
    const refusal = asServiceError(error);
    response.end(exceptionFrame(refusal.name, protocol.contentType, protocol.writeEventError(refusal)));
  }
}

/** Resolves when the bytes have left. */
async function flushed({ response }: Exchange, bytes: Buffer): Promise<void> {
  await new Promise((resolve) => response.write(bytes, resolve));
}

/** A bug of the model. Among events its name has the suffix that it lacks in an answer. */
function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError("InternalFailureException", String(error), 500);
}
