// A Lambda on a stream that the KPL feeds: user records in order, and where it has to go on if one fails.
//
// Wants ReportBatchItemFailures on the event source mapping. Lambda then comes back with everything from the named
// sequence number on, so user records of the same aggregate that had passed come again: `bill` must bear that.

import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { deaggregate, type UserRecord } from "kpl-kit";

export async function handler(event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  for (const { kinesis } of event.Records) {
    const { data, partitionKey: PartitionKey, sequenceNumber: SequenceNumber } = kinesis;
    try {
      for (const record of deaggregate({ Data: Buffer.from(data, "base64"), PartitionKey, SequenceNumber }))
        await bill(record);
    } catch (error) {
      console.error(`stopped at ${SequenceNumber}:`, error);
      // The first to fail is the lowest. What lies behind it stays untouched, so the order holds.
      return { batchItemFailures: [{ itemIdentifier: SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

async function bill(record: UserRecord): Promise<void> {
  const { amount } = record.json() as { amount?: number };
  if (amount === undefined) throw new Error(`${record.partitionKey}: an order without an amount`);
  console.log(`${record.partitionKey} pays ${amount}`);
}
