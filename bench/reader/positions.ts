// Where in a shard: the Kinesis records before it, counted. Sequence numbers and shard iterators end in that count, with as
// many digits always, so that an answer that is prepared can be given its own.

import { SHARDS } from "./loads.ts";

export const COUNT_DIGITS = 20;

const SEQUENCE_NUMBER_BEGIN = "496804275793903596481955112792560402";
/** As long as the service's. */
const FILLING = "A".repeat(180);
const ITERATOR: RegExp = new RegExp(`^iterator-(\\d)-${FILLING}-(\\d{${COUNT_DIGITS}})$`);

export function sequenceNumberOf(count: number): string {
  return `${SEQUENCE_NUMBER_BEGIN}${digitsOf(count)}`;
}

/** Of a sequence number. */
export function countOf(sequenceNumber: string): number {
  return Number(sequenceNumber.slice(SEQUENCE_NUMBER_BEGIN.length));
}

export function iteratorOf(shard: number, count: number): string {
  return `iterator-${shard}-${FILLING}-${digitsOf(count)}`;
}

export function readIterator(iterator: string | undefined): { readonly shard: number; readonly count: number } {
  const [, shard = "", count = ""] = ITERATOR.exec(iterator ?? "") ?? [];
  if (shard === "" || Number(shard) >= SHARDS) throw new Error(`no shard iterator: ${iterator}`);
  return { shard: Number(shard), count: Number(count) };
}

export function writeDigits(bytes: Uint8Array, at: number, count: number): void {
  let rest = count;
  for (let place = at + COUNT_DIGITS - 1; place >= at; place--) {
    bytes[place] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function digitsOf(count: number): string {
  return String(count).padStart(COUNT_DIGITS, "0");
}
