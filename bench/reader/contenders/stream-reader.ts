// Ours, as it comes but for the read limits, which the source has not: prefetch, digests, order and checkpoints included.

import { MemoryCheckpointStore, StreamReader, type StreamReaderOptions } from "../../../src/consumer/index.ts";
import { createKinesisClient } from "../../../src/kinesis/index.ts";
import { CREDENTIALS, REGION } from "../credentials.ts";
import { STREAM } from "../loads.ts";
import type { Tally } from "../tally.ts";
import type { Contender, Place } from "./contender.ts";

export function byLoop(options?: StreamReaderOptions): Contender["read"] {
  return async (place: Place, tally: Tally) => {
    for await (const batch of readerAt(place, options)) {
      for (const { data, partitionKey } of batch.records) tally.take(partitionKey, data);
      await batch.checkpoint();
    }
  };
}

export async function byRecord(place: Place, tally: Tally): Promise<void> {
  await readerAt(place).run({ record: ({ data, partitionKey }) => tally.take(partitionKey, data) });
}

function readerAt({ endpoint }: Place, options?: StreamReaderOptions): StreamReader {
  return new StreamReader({
    streamName: STREAM,
    // As the reader would make it, had it not to be told where the source is.
    kinesis: createKinesisClient({ endpoint, region: REGION, credentials: CREDENTIALS, retries: "none" }),
    checkpointStore: new MemoryCheckpointStore(),
    respectReadLimits: false,
    ...options,
  });
}
