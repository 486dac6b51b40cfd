// From a request to its answer, or to the end of its connection. Signatures are not looked at: whoever reaches the port
// may call.

import type { OutputOf } from "../action.ts";
import { BrokenConnectionError } from "../broken-connection.ts";
import type { Performer } from "../door.ts";
import { ServiceError } from "../service-error.ts";
import { breakOff } from "./break-off.ts";
import type { AnswerHeaders, Exchange } from "./exchange.ts";
import { readBody, tooLarge } from "./request-body.ts";
import { routeOf } from "./route.ts";
import { subscribe } from "./subscribe.ts";
import type { PlainAction, WireProtocol } from "./wire-protocol.ts";

export async function serve(exchange: Exchange, performer: Performer): Promise<void> {
  const body = await readBody(exchange);
  // An HTTP/2 stream that is reset without an error code ends as one whose body is whole.
  if (exchange.gone.aborted) return;
  const route = routeOf(exchange, (name) => performer.isAction(name));
  if (route.kind === "text") return answer(exchange, route.status, route.contentType, Buffer.from(route.text));
  const { protocol } = route;
  try {
    if (route.kind === "refused") throw route.error;
    if (body === "too-large") throw tooLarge();
    const { action } = route;
    if (action === "SubscribeToShard") {
      await subscribe(exchange, performer, protocol, protocol.readInput(action, body));
    } else {
      await call(exchange, performer, protocol, action, body);
    }
  } catch (error) {
    refuse(exchange, protocol, asServiceError(error));
  }
}

async function call<Name extends PlainAction>(
  exchange: Exchange,
  performer: Performer,
  protocol: WireProtocol,
  action: Name,
  body: Buffer,
): Promise<void> {
  const { contentType } = protocol;
  try {
    const output = await performer.perform(action, protocol.readInput(action, body), exchange.gone);
    answer(exchange, 200, contentType, protocol.writeOutput(action, output));
  } catch (error) {
    if (!(error instanceof BrokenConnectionError)) throw error;
    const { how, output } = error;
    const bytes = output ? protocol.writeOutput(action, output as OutputOf<Name>) : Buffer.alloc(0);
    breakOff(exchange, how, { headers: headersOf(contentType, bytes), bytes });
  }
}

function refuse(exchange: Exchange, protocol: WireProtocol, error: ServiceError): void {
  const { body, statusCode } = error;
  if (body === "html") {
    const page = `<html><head><title>${statusCode}</title></head><body><h1>${statusCode}</h1></body></html>\n`;
    answer(exchange, statusCode, "text/html", Buffer.from(page));
  } else {
    answer(exchange, statusCode, protocol.contentType, protocol.writeError(error));
  }
}

function answer(exchange: Exchange, status: number, contentType: string, body: Buffer): void {
  // Nobody is left to be told.
  if (exchange.gone.aborted) return;
  exchange.writeHead(status, headersOf(contentType, body));
  exchange.response.end(body);
}

function headersOf(contentType: string, body: Buffer): AnswerHeaders {
  return { "content-type": contentType, "content-length": body.length };
}

/** What is neither a refusal nor a fault is a bug of the model. Whoever meets it shall read it, and go on. */
function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError("InternalFailure", String(error), 500);
}
