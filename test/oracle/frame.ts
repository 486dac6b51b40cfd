// The frame of an aggregate, written down a second time: magic, message, MD5 of the message.

import { createHash } from "node:crypto";

export const MAGIC: Uint8Array = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);

export function md5(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("md5").update(bytes).digest());
}

export function frame(message: Uint8Array): Uint8Array {
  return concat(MAGIC, message, md5(message));
}

export function messageOf(framed: Uint8Array): Uint8Array {
  return framed.subarray(MAGIC.length, framed.length - 16);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function hashOfBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(md5(bytes))}`);
}
