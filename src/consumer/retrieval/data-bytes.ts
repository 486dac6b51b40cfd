import type { KinesisRecordInput } from "../../codec/index.ts";

/** Of the records' data. A plain loop: a page has up to 10,000 records. */
export function dataBytes(records: readonly KinesisRecordInput[]): number {
  let bytes = 0;
  for (const { Data } of records) bytes += Data?.length ?? 0;
  return bytes;
}
