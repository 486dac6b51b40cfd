// A page in parts, each a batch of its own: the user records of a whole page, tens of thousands of objects, would live so
// long that the garbage collector has to move them; those of a part are gone before it comes.

import type { KinesisRecordInput } from "../../codec/index.ts";

export interface PagePart {
  readonly records: readonly KinesisRecordInput[];
  /** Of their data. */
  readonly bytes: number;
}

/** At least one, which may be empty. A part is full with the Kinesis record that brings it to so many bytes of data. */
export function pageParts(records: readonly KinesisRecordInput[], partBytes: number): PagePart[] {
  const parts: PagePart[] = [];
  let first = 0;
  let bytes = 0;
  for (let at = 0; at < records.length; at++) {
    bytes += records[at]?.Data?.length ?? 0;
    if (bytes < partBytes || at === records.length - 1) continue;
    parts.push({ records: records.slice(first, at + 1), bytes });
    first = at + 1;
    bytes = 0;
  }
  parts.push({ records: first === 0 ? records : records.slice(first), bytes });
  return parts;
}
