// The AWS SDK's AWS JSON 1.1, with another body: CBOR, or JSON by Node's own base64. Requests and answers, errors, retries,
// metadata and event streams stay the SDK's. It stands on two fields and three methods of `AwsJson1_1Protocol`; the tests
// run it on the oldest and the newest SDK that we support.
//
// What a request was written in is told by its first byte: between the first and the last line of a call a client may have
// learned from another that its endpoint knows only JSON.

import type { GetRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import { type Room, readCbor, writeCbor } from "../cbor/index.ts";
import type { Peers } from "../peers.ts";
import { AnswerBuffers } from "./answer-buffers.ts";
import type { BodyBuffers } from "./body-buffers.ts";
import { readJson } from "./read-json.ts";
import { PLAIN, shapeOf } from "./sdk-shape.ts";
import { wholeBody } from "./whole-body.ts";
import { writeJson } from "./write-json.ts";

export type Encoding = "cbor" | "json";

const CBOR_TYPE = "application/x-amz-cbor-1.1";
const JSON_TYPE = "application/x-amz-json-1.1";
const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";
const BRACE = 0x7b;

type JsonProtocol = InstanceType<Peers["protocols"]["AwsJson1_1Protocol"]>;
type MetadataBearer = Pick<GetRecordsCommandOutput, "$metadata">;
export type ProtocolSettings = ConstructorParameters<Peers["protocols"]["AwsJson1_1Protocol"]>[0];

/** A symbol: the SDK copies the input on its way, and writes no member that it does not know. */
const IN_JSON = Symbol("in JSON");

/** The input of one call that goes in JSON, whatever the others do. */
export function inJson(input: object): object {
  return { ...input, [IN_JSON]: true };
}

export interface ProtocolOptions {
  readonly settings: ProtocolSettings;
  /** Asked for each request. */
  readonly encoding: () => Encoding;
  /** Unset: a fresh buffer for each body. */
  readonly buffers?: BodyBuffers | undefined;
}

export interface Written {
  readonly body: Uint8Array;
  readonly contentType: string;
}

export type KinesisProtocol = JsonProtocol & {
  /** An input of a call, and what it is written in. */
  written(schema: unknown, input: object): Written;
};

type KinesisProtocolClass = new (options: ProtocolOptions) => KinesisProtocol;
const classes = new WeakMap<object, KinesisProtocolClass>();

/** A class for each copy of the SDK. */
export function kinesisProtocolClass({ protocols }: Pick<Peers, "protocols">): KinesisProtocolClass {
  const known = classes.get(protocols);
  if (known) return known;

  class KinesisProtocol extends protocols.AwsJson1_1Protocol {
    readonly #encoding: () => Encoding;
    readonly #answers: AnswerBuffers = new AnswerBuffers();

    constructor({ buffers, encoding, settings }: ProtocolOptions) {
      super(settings);
      this.#encoding = encoding;
      const sdk = { serializer: this.serializer, deserializer: this.deserializer };
      let body: Uint8Array = new Uint8Array();
      this.serializer = {
        write: (schema, value) => {
          const shape = shapeOf(schema);
          const isJson = encoding() === "json" || IN_JSON in (value as object);
          body = bodyIn(buffers, (room) =>
            isJson ? writeJson(value, shape ?? PLAIN, room) : writeCbor(value, shape, room),
          );
        },
        flush: () => body,
        setSerdeContext: (context) => sdk.serializer.setSerdeContext(context),
      };
      this.deserializer = {
        read: (schema, bytes) => {
          if (typeof bytes === "string") return sdk.deserializer.read(schema, bytes) as never;
          const shape = shapeOf(schema);
          // No map of CBOR begins with a brace, nor with the "<" of a proxy's page. So one client reads the answers and the
          // events of services that speak either, or both.
          if (isCborMap(bytes[0])) return readCbor(bytes, shape) as never;
          return (shape && bytes[0] === BRACE ? readJson(bytes, shape) : sdk.deserializer.read(schema, bytes)) as never;
        },
        setSerdeContext: (context) => sdk.deserializer.setSerdeContext(context),
      };
    }

    override async serializeRequest(
      ...[operation, input, context]: Parameters<JsonProtocol["serializeRequest"]>
    ): Promise<Awaited<ReturnType<JsonProtocol["serializeRequest"]>>> {
      const request = await super.serializeRequest(operation, input, context);
      request.headers["content-type"] = contentTypeOf((request as { readonly body: string | Uint8Array }).body);
      return request;
    }

    written(schema: unknown, input: object): Written {
      this.serializer.write(schema as never, input);
      const body = this.serializer.flush() as Uint8Array;
      return { body, contentType: contentTypeOf(body) };
    }

    override async deserializeResponse<Output extends MetadataBearer>(
      ...[operation, context, response]: Parameters<JsonProtocol["deserializeResponse"]>
    ): Promise<Output> {
      const { body, headers } = response as { body: unknown; headers: Record<string, string | undefined> };
      if (headers["content-type"] !== EVENT_STREAM_TYPE)
        response.body = (await wholeBody(body, headers, this.#answers)) ?? body;
      return await super.deserializeResponse<Output>(operation, context, response);
    }

    /** Of the frames of an event stream that is sent; Kinesis has none. */
    override getDefaultContentType(): string {
      return this.#encoding() === "cbor" ? CBOR_TYPE : JSON_TYPE;
    }
  }

  classes.set(protocols, KinesisProtocol);
  return KinesisProtocol;
}

/** The base class writes an empty request itself, as text. */
function contentTypeOf(body: string | Uint8Array): string {
  return typeof body !== "string" && isCborMap(body[0]) ? CBOR_TYPE : JSON_TYPE;
}

function bodyIn(buffers: BodyBuffers | undefined, write: (room: Room | undefined) => Uint8Array): Uint8Array {
  if (!buffers) return write(undefined);
  let whole: Buffer | undefined;
  const body = write((size) => {
    whole = buffers.take(size);
    return whole;
  });
  if (whole) buffers.lend(body, whole);
  return body;
}

function isCborMap(first: number | undefined): boolean {
  return first !== undefined && first >> 5 === 5;
}
