// How calls go over the wire: encodings, buffers, connections.

export { BodyBuffers } from "./body-buffers.ts";
export { type Encoding, inJson, kinesisProtocolClass, type ProtocolSettings } from "./kinesis-protocol.ts";
export { KinesisRequestHandler } from "./request-handler.ts";
