// A Lambda on a stream that the KPL feeds: user records in order, and where it has to go on if one fails.
//
// Wants ReportBatchItemFailures on the event source mapping. Lambda then comes back with everything from the named
// sequence number on, so user records of the same aggregate that had passed come again: `bill` must bear that, and can
// tell by `id`.

import type { Context, KinesisStreamHandler } from "aws-lambda";
import { type KinesisHandler, kinesisHandler } from "kpl-kit/lambda";
import { number, object } from "valibot"; // or any other Standard Schema

const Order = object({ amount: number() });

export const handler: KinesisHandler<Context> = kinesisHandler(
  ({ id, partitionKey = "", value }) => bill(id, partitionKey, value.amount),
  { decode: Order },
) satisfies KinesisStreamHandler;

async function bill(id: string, customer: string, amount: number): Promise<void> {
  // Stands for a write that is done once for each id, however often it is told.
  await Promise.resolve(id);
  console.log(`${customer} pays ${amount}`);
}
