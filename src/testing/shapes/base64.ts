// Base64 as the service takes it, which is stricter than Node: no white space, no URL alphabet, no padding in the middle,
// no bits left over. A call may bring 14 MB of it, so nothing here looks at one character after another: whatever Node
// skips or stops at makes the result too short, and what it forgives otherwise is found by searches of the engine.

import { serializationError, shown } from "./serialization-error.ts";

/** @throws `ServiceError` SerializationException */
export function bytesOfBase64(text: string): Buffer {
  if (text.length % 4 !== 0) {
    const found = `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`;
    throw notABlob(text, found);
  }
  const bytes = Buffer.from(text, "base64");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const complete = bytes.length === (text.length / 4) * 3 - padding;
  if (!complete || text.includes("-") || text.includes("_") || WIDE.test(text)) throw malformed(text);
  if (padding > 0 && !NO_BITS_LEFT_OVER.test(text.slice(-3))) throw leftOver(text);
  return bytes;
}

// Node reads these by their low byte, "\u0141" as "A".
const WIDE = /[\u0100-\uffff]/;
const NO_BITS_LEFT_OVER = /[AQgw]==$|[AEIMQUYcgkosw048]=$/;
const INVALID_CHARACTER = /[^A-Za-z0-9+/=]|=(?=[^=])/u;

function malformed(text: string): Error {
  const invalid = INVALID_CHARACTER.exec(text)?.[0];
  return invalid === undefined ? leftOver(text) : notABlob(text, `Invalid Base64 character: '${invalid}'`);
}

function leftOver(text: string): Error {
  // The service spells it so.
  return notABlob(text, "Invalid last non-pad Base64 character dectected");
}

function notABlob(text: string, reason: string): Error {
  return serializationError(`'${shown(text)}' can not be converted to a Blob: ${reason}`);
}
