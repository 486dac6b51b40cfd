// What every side of the comparison does: a Lambda function. Each has its own loops and its own handler: shared ones would
// see the objects of all sides, and V8 would make none of them fast.

import type { BatchResponse, KinesisEventLike, LambdaContext } from "../../../src/lambda/index.ts";

export interface Contender {
  readonly name: string;
  /** One invocation. Returns a tally of all that its handler saw: nothing of it can be left out. */
  readonly run: (event: KinesisEventLike) => Promise<number>;
  /** The same with all that its handler saw, to be compared before anything is timed. */
  readonly answer: (event: KinesisEventLike) => Promise<Answer>;
}

export interface Answer {
  readonly reply: BatchResponse;
  readonly userRecords: readonly SeenRecord[];
}

export interface SeenRecord {
  readonly partitionKey: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly subSequenceNumber: number;
  readonly data: Buffer;
}

/** As of Lambda's runtime: the time that is left is asked of the clock. */
export function contextOf(): LambdaContext {
  const deadline = Date.now() + 60_000;
  return {
    functionName: "bench",
    awsRequestId: "5e8e2a1e-0000-4000-8000-000000000000",
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
