// A producer written to be tested: its client, its clock and its dice come in from outside, so a test can put
// `kpl-kit/testing` in their place. examples/order-producer.test.ts does so.

import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { aggregate, batchEntries, type PackedEntry, type UserRecordInput } from "kpl-kit";
import { type Clock, systemClock } from "kpl-kit/kinesis";

const MAX_ATTEMPTS = 8;

export interface OrderProducerOptions {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  readonly clock?: Clock;
  /** 0 <= random() < 1 */
  readonly random?: () => number;
}

/** Returns how many attempts it took until all was stored. */
export async function sendOrders(
  orders: readonly UserRecordInput[],
  { clock = systemClock, kinesis, random = Math.random, streamName }: OrderProducerOptions,
): Promise<number> {
  let waiting: readonly PackedEntry[] = aggregate(orders, { groupBy: "partitionKey" });
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const refused: PackedEntry[] = [];
    for (const { entries, Records } of batchEntries(waiting)) {
      const answer = await kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records }));
      // The answer's entries stand where the call's stood.
      refused.push(...entries.filter((_, index) => answer.Records?.[index]?.SequenceNumber === undefined));
    }
    if (refused.length === 0) return attempt;
    waiting = refused;
    await clock.sleep(random() * Math.min(5_000, 100 * 2 ** attempt));
  }
  throw new Error(`${waiting.length} Kinesis records were refused ${MAX_ATTEMPTS} times`);
}
