import { createRequire } from "node:module";
import type { BatchResponse, KinesisEventLike, KinesisEventRecordLike } from "../../../src/lambda/index.ts";

export interface Deaggregated {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  /** base64 */
  readonly data: string;
}

type Callback = (error: Error | null | undefined, userRecords: Deaggregated[]) => void;

const { deaggregateSync } = createRequire(import.meta.url)("aws-kinesis-agg") as {
  readonly deaggregateSync: (
    record: KinesisEventRecordLike["kinesis"],
    computeChecksums: boolean,
    callback: Callback,
  ) => void;
};

// ---- The wrapper.
function deaggregated(record: KinesisEventRecordLike): Promise<Deaggregated[]> {
  return new Promise((resolve, reject) => {
    deaggregateSync(record.kinesis, true, (error, userRecords) => {
      if (error) reject(error);
      else resolve(userRecords);
    });
  });
}

export function handlerOf(handle: (record: Deaggregated, data: Buffer) => Promise<void>) {
  return async (event: KinesisEventLike): Promise<BatchResponse> => {
    for (const record of event.Records) {
      try {
        for (const userRecord of await deaggregated(record)) {
          await handle(userRecord, Buffer.from(userRecord.data, "base64"));
        }
      } catch (error) {
        console.error(error);
        return { batchItemFailures: [{ itemIdentifier: record.kinesis.sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}
// ---- All of it.
