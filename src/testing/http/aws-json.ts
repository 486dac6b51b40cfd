// AWS JSON 1.1: bytes are base64, timestamps are seconds since the epoch with the milliseconds as a fraction.

import { isUtf8 } from "node:buffer";
import { isDate } from "node:util/types";
import type { GetRecordsOutput, SubscribeToShardEvent } from "@aws-sdk/client-kinesis";
import type { OutputOf } from "../action.ts";
import { ServiceError } from "../service-error.ts";
import { fromJson } from "../shapes/index.ts";
import { pageJson } from "./page-json.ts";
import type { PlainAction, WireProtocol } from "./wire-protocol.ts";

export const awsJson: WireProtocol = {
  contentType: "application/x-amz-json-1.1",
  readInput: (action, body) => fromJson(action, parse(body)),
  writeOutput,
  writeError: ({ name, message }) => text({ __type: name, message }),
  writeEvent: page,
  writeEventError: ({ message }) => text({ message }),
  writeInitialResponse: () => text({}),
};

function parse(body: Buffer): unknown {
  // Read with replacement characters, a broken partition key would be another key, and its record in another shard.
  if (!isUtf8(body)) throw new ServiceError("SerializationException", "The body is not UTF-8");
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new ServiceError("SerializationException", `The body is not JSON: ${String(error)}`);
  }
}

function writeOutput<Name extends PlainAction>(action: Name, output: OutputOf<Name>): Buffer {
  if (action === "GetRecords") return page(output as GetRecordsOutput);
  // 500 entries, and neither bytes nor timestamps among them.
  if (action === "PutRecords") return text(output);
  // The service answers with an empty body, not with "{}", where it has nothing to tell.
  return Object.keys(output).length === 0 ? Buffer.alloc(0) : text(jsonOf(output));
}

function page({ Records, ...rest }: GetRecordsOutput | SubscribeToShardEvent): Buffer {
  return pageJson(Records ?? [], rest);
}

function text(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

/** No replacer of JSON.stringify: a Date has made itself text before that is asked. Only pages of records have bytes. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isDate(value)) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}
