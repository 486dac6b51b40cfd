// Where the next iterator of a shard begins, whatever happened to the one before.

import type { GetShardIteratorInput } from "@aws-sdk/client-kinesis";
import { InvalidPositionError } from "../../codec/index.ts";
import type { KinesisCalls } from "../../kinesis/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type Answered, callUntilAnswered, type ServiceCallContext } from "../service-call.ts";
import type { StreamId } from "../stream-id.ts";

type Beginning = Pick<GetShardIteratorInput, "StartingSequenceNumber" | "Timestamp"> & {
  readonly ShardIteratorType: NonNullable<GetShardIteratorInput["ShardIteratorType"]>;
};

export interface ShardIteratorsOptions {
  readonly calls: Pick<KinesisCalls, "getShardIterator">;
  readonly context: ServiceCallContext;
  readonly stream: StreamId;
  readonly shardId: string;
  readonly start: Checkpoint;
  readonly onPositionRefused: (error: unknown) => void;
}

export class ShardIterators {
  readonly #options: ShardIteratorsOptions;
  #beginning: Beginning;

  /** @throws `KPL_KIT_INVALID_POSITION` */
  constructor(options: ShardIteratorsOptions) {
    this.#options = options;
    this.#beginning = beginningOf(options.start);
  }

  /** The next iterator begins after this record. */
  fetched(sequenceNumber: string): void {
    this.#beginning = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: sequenceNumber };
  }

  /** @throws the signal's reason */
  async open(): Promise<Answered<string>> {
    const { calls, context, onPositionRefused, shardId, stream } = this.#options;
    // Each round has a beginning that asks for less: a sequence number, a time, an end of the shard.
    for (let beginning = this.#beginning; ; ) {
      const askedMs = context.clock.now();
      const input = { ...stream.input, ShardId: shardId, ...beginning };
      const answered = await callUntilAnswered(context, {
        operation: "GetShardIterator",
        shardId,
        call: async (signal) => iteratorOf(await calls.getShardIterator(input, signal)),
      });
      if (answered.ok) {
        // LATEST once more, after an hour without a record, would skip what came in the moment before. The same instant
        // again does not.
        if (this.#beginning.ShardIteratorType === "LATEST") this.#beginning = at(new Date(askedMs));
        return answered;
      }
      if (answered.failure.code !== "InvalidArgumentException") return answered;
      if (beginning.StartingSequenceNumber !== undefined) {
        onPositionRefused(answered.error);
        this.#beginning = beginning = { ShardIteratorType: "TRIM_HORIZON" };
      } else if (isOfFuture(beginning, answered.error)) {
        // Our clock is ahead of the service's: nothing has come since, and LATEST misses nothing.
        beginning = { ShardIteratorType: "LATEST" };
      } else return answered;
    }
  }
}

/** @throws `KPL_KIT_INVALID_POSITION` */
function beginningOf({ sequenceNumber, timestamp }: Checkpoint): Beginning {
  switch (sequenceNumber) {
    case "TRIM_HORIZON":
    case "LATEST":
      return { ShardIteratorType: sequenceNumber };
    case "AT_TIMESTAMP":
      if (timestamp === undefined) throw new InvalidPositionError("timestamp", timestamp, "a date with AT_TIMESTAMP");
      return at(timestamp);
    case "SHARD_END":
      throw new InvalidPositionError("sequenceNumber", sequenceNumber, "where something is left to read");
    default:
      return { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: sequenceNumber };
  }
}

function at(timestamp: Date): Beginning {
  return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: timestamp };
}

function isOfFuture({ Timestamp }: Beginning, error: unknown): boolean {
  return (
    Timestamp !== undefined && error instanceof Error && error.message.includes("cannot be greater than the current")
  );
}

function iteratorOf({ ShardIterator }: { readonly ShardIterator?: string | undefined }): string {
  if (ShardIterator) return ShardIterator;
  throw new Error("GetShardIterator answered without an iterator");
}
