// How a call and its answer are written. The HTTP around them is the same for all, so a protocol is found by its content
// type and knows nothing of HTTP.

import type { SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { ActionName, InputOf, OutputOf } from "../action.ts";
import type { ServiceError } from "../service-error.ts";

/** Answered at once and whole; SubscribeToShard is answered with events. */
export type PlainAction = Exclude<ActionName, "SubscribeToShard">;

export interface WireProtocol {
  /** Of requests and answers, and of what is in an event's frame. */
  readonly contentType: string;
  /** @throws `ServiceError` SerializationException */
  readInput<Name extends ActionName>(action: Name, body: Buffer): InputOf<Name>;
  writeOutput<Name extends PlainAction>(action: Name, output: OutputOf<Name>): Buffer;
  writeError(error: ServiceError): Buffer;
  writeEvent(event: SubscribeToShardEvent): Buffer;
  /** Of an exception among the events; the headers of its frame name it. */
  writeEventError(error: ServiceError): Buffer;
  /** What SubscribeToShard answers besides the events, sent before them: nothing. */
  writeInitialResponse(): Buffer;
}
