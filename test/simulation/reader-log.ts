// What one reader saw, over all its lives: the readers' side of the evidence.

import { deaggregate, type KinesisRecordInput } from "../../src/codec/index.ts";

export interface DeliveredRecord {
  /** Names the user record in its stream. */
  readonly place: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

export type ReaderEvent =
  /** From here on it reads this shard; 1 is the reader's first life. */
  | { readonly type: "started"; readonly life: number; readonly shardId: string }
  | ({ readonly type: "delivered"; readonly life: number } & DeliveredRecord)
  /** It has read all of the shard. */
  | { readonly type: "ended"; readonly life: number; readonly shardId: string };

export class ReaderLog {
  readonly name: string;
  readonly #events: ReaderEvent[] = [];
  readonly #delivered = new Set<string>();
  readonly #ended = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  add(event: ReaderEvent): void {
    this.#events.push(event);
    if (event.type === "delivered") this.#delivered.add(event.place);
    if (event.type === "ended") this.#ended.add(event.shardId);
  }

  get events(): readonly ReaderEvent[] {
    return this.#events;
  }

  /** How many records it has got, each counted once. */
  get distinctDelivered(): number {
    return this.#delivered.size;
  }

  hasDelivered(place: string): boolean {
    return this.#delivered.has(place);
  }

  hasEnded(shardId: string): boolean {
    return this.#ended.has(shardId);
  }
}

/** As a reader gets them, and as the stream holds them. */
export function userRecordsOf(shardId: string, record: KinesisRecordInput): DeliveredRecord[] {
  return deaggregate(record).map(({ data, partitionKey = "", sequenceNumber = "", subSequenceNumber }) => {
    const place = `${shardId}:${sequenceNumber}:${subSequenceNumber}`;
    return { place, shardId, sequenceNumber, subSequenceNumber, partitionKey, data };
  });
}
