// The model keeps the bytes that it answers with, and a caller may write into what it was given.

import type { _Record as KinesisRecord } from "@aws-sdk/client-kinesis";

export function ownRecords(records: readonly KinesisRecord[]): KinesisRecord[] {
  return records.map((record) => (record.Data ? { ...record, Data: ownBytes(record.Data) } : record));
}

/** From Node's pool, as the SDK's: five times faster than an ArrayBuffer for each record of 100 B. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(bytes);
  return new Uint8Array(buffer, byteOffset, length);
}
