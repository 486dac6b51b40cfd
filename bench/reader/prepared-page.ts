// An answer of GetRecords, written once: what an answer costs the source is its digits, and the socket.

import type { Encoding } from "../encodings.ts";
import { COUNT_DIGITS, iteratorOf, sequenceNumberOf, writeDigits } from "./positions.ts";
import type { ShardContent } from "./shard-content.ts";

export class PreparedPage {
  readonly #body: Buffer;
  /** Where the digits of each sequence number begin. */
  readonly #sequenceNumbersAt: readonly number[];
  readonly #iteratorAt: number;
  /** Bodies that no socket is sending. */
  readonly #free: Buffer[] = [];

  constructor(shard: number, { aggregates }: ShardContent, encoding: Encoding) {
    const records = aggregates.map((Data, index) => ({
      SequenceNumber: sequenceNumberOf(index),
      ApproximateArrivalTimestamp: new Date(1_787_036_486_712),
      Data,
      PartitionKey: "a",
    }));
    const iterator = iteratorOf(shard, 0);
    this.#body = encoding.write({ Records: records, NextShardIterator: iterator, MillisBehindLatest: 3_600_000 });
    const digitsOf = (text: string): number => this.#body.indexOf(text) + text.length - COUNT_DIGITS;
    this.#sequenceNumbersAt = records.map(({ SequenceNumber }) => digitsOf(SequenceNumber));
    this.#iteratorAt = digitsOf(iterator);
  }

  /** To be given back once it is sent. */
  after(count: number): Buffer {
    const body = this.#free.pop() ?? Buffer.from(this.#body);
    let next = count;
    for (const at of this.#sequenceNumbersAt) writeDigits(body, at, ++next);
    writeDigits(body, this.#iteratorAt, next);
    return body;
  }

  giveBack(body: Buffer): void {
    this.#free.push(body);
  }
}
