// AWS CBOR 1.1, which the AWS SDK for Java speaks to Kinesis by default: the same calls and answers as in JSON, with bytes
// as bytes, and timestamps in whole milliseconds.

import { MalformedCborError, readCbor, writeCbor } from "../../kinesis/index.ts";
import type { ActionName, InputOf } from "../action.ts";
import { ServiceError } from "../service-error.ts";
import { fromInput } from "../shapes/index.ts";
import type { WireProtocol } from "./wire-protocol.ts";

export const awsCbor: WireProtocol = {
  contentType: "application/x-amz-cbor-1.1",
  readInput,
  writeOutput: (_action, output) => (Object.keys(output).length === 0 ? Buffer.alloc(0) : writeCbor(output)),
  writeError: ({ message, name }) => writeCbor({ __type: name, message }),
  writeEvent: (event) => writeCbor(event),
  writeEventError: ({ message }) => writeCbor({ message }),
  writeInitialResponse: () => writeCbor({}),
};

function readInput<Name extends ActionName>(action: Name, body: Buffer): InputOf<Name> {
  return fromInput(action, read(body));
}

function read(body: Buffer): unknown {
  try {
    return readCbor(body);
  } catch (error) {
    if (!(error instanceof MalformedCborError)) throw error;
    throw new ServiceError("SerializationException", `The body is not CBOR: ${error.message}`);
  }
}
