// CBOR for Kinesis, both ways.

export { fromBase64 } from "./base64.ts";
export { MalformedCborError } from "./malformed-cbor.ts";
export { readCbor } from "./read.ts";
export type { Member, Shape } from "./shape.ts";
export { type Room, textBytes, writeCbor } from "./write.ts";
