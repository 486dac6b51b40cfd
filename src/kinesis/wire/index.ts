// How calls go over the wire: encodings, buffers, connections.

export { AnswerBuffers, type RecordsPage, releasePage } from "./answer-buffers.ts";
export { BodyBuffers } from "./body-buffers.ts";
export { type Encoding, inJson, kinesisProtocolClass, type ProtocolSettings } from "./kinesis-protocol.ts";
export { KnownCalls } from "./known-calls.ts";
export { KinesisRequestHandler } from "./request-handler.ts";
export { type CallContext, type HttpRequest, headOf, RequestHeads } from "./request-head.ts";
export { type Command, onceChanged, type Stack } from "./sdk-stack.ts";
