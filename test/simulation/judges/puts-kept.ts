// What the service acknowledged is in the stream exactly as it was put, at the position that it named, once; and nothing is
// in the stream that nobody put.

import type { RecordSnapshot } from "../../../src/testing/index.ts";
import type { SentEntry } from "../ledger.ts";
import type { Judge } from "./judge.ts";

export const putsKept: Judge = ({ ledger, snapshot }) => {
  const complaints: string[] = [];
  const stored = new Map<string, RecordSnapshot>();
  for (const { shards } of snapshot)
    for (const { records, shardId } of shards)
      for (const record of records) stored.set(`${shardId}:${record.sequenceNumber}`, record);

  const acknowledged = new Set<string>();
  for (const { sequenceNumber, shardId, ...entry } of ledger.everyAcknowledged) {
    const place = `${shardId}:${sequenceNumber}`;
    if (acknowledged.has(place)) complaints.push(`${place} was acknowledged for two entries`);
    acknowledged.add(place);
    const record = stored.get(place);
    if (!record) complaints.push(`${place} was acknowledged and is not in the stream`);
    else if (contentOf(record) !== contentOf(entry)) complaints.push(`${place} is not what was put`);
  }

  const sent = new Set(ledger.everySent.map(contentOf));
  for (const [place, record] of stored) if (!sent.has(contentOf(record))) complaints.push(`${place} was never put`);
  if (ledger.outstanding > 0) complaints.push(`${ledger.outstanding} entries were never acknowledged`);
  return complaints;
};

function contentOf({ data, explicitHashKey, partitionKey }: SentEntry): string {
  return JSON.stringify([partitionKey, explicitHashKey ?? null, Buffer.from(data).toString("latin1")]);
}
