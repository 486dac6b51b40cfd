// application/vnd.amazon.eventstream: each event is a frame of its own, with a checksum of its lengths and one of all.
// u32 total length, u32 length of the headers, u32 CRC-32 of these 8 bytes, headers, payload, u32 CRC-32 of all before.

import { crc32 } from "node:zlib";

const STRING = 7;
const PRELUDE = 12;
const TRAILER = 4;

export function eventFrame(type: string, contentType: string, payload: Uint8Array): Buffer {
  return frame({ ":message-type": "event", ":event-type": type, ":content-type": contentType }, payload);
}

export function exceptionFrame(name: string, contentType: string, payload: Uint8Array): Buffer {
  return frame({ ":message-type": "exception", ":exception-type": name, ":content-type": contentType }, payload);
}

function frame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const bytes = Buffer.allocUnsafe(PRELUDE + head.length + payload.length + TRAILER);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(head, PRELUDE);
  bytes.set(payload, PRELUDE + head.length);
  const end = bytes.length - TRAILER;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(1 + name.length + 3 + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1, "latin1");
  bytes.writeUInt8(STRING, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length, "latin1");
  return bytes;
}
