// One frame of application/vnd.amazon.eventstream, whatever its headers say.

import { crc32 } from "node:zlib";

export function frame(headers: Readonly<Record<string, string>>, payload: Uint8Array | string): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const lengths = [Buffer.of(name.length), Buffer.of(7, value.length >> 8, value.length & 0xff)] as const;
      return Buffer.concat([lengths[0], Buffer.from(name), lengths[1], Buffer.from(value)]);
    }),
  );
  const body = Buffer.from(payload as Uint8Array);
  const prelude = Buffer.concat([u32(12 + head.length + body.length + 4), u32(head.length)]);
  const all = Buffer.concat([prelude, u32(crc32(prelude)), head, body]);
  return Buffer.concat([all, u32(crc32(all))]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
