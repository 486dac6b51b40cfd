// Checkpoints of any number of streams, as the memory store holds them and the file store writes them. Maps: a stream may
// be called "__proto__".

import type { Checkpoint } from "../checkpoint.ts";
import { copyOf } from "./own-checkpoint.ts";

export type CheckpointsByStream = Map<string, Map<string, Checkpoint>>;

export function setCheckpoint(
  streams: CheckpointsByStream,
  streamName: string,
  shardId: string,
  checkpoint: Checkpoint,
): void {
  const ofStream = streams.get(streamName);
  if (ofStream) ofStream.set(shardId, checkpoint);
  else streams.set(streamName, new Map([[shardId, checkpoint]]));
}

/** The caller's own: what is saved later does not show in it. */
export function snapshotOf(streams: CheckpointsByStream, streamName: string): ReadonlyMap<string, Checkpoint> {
  const ofStream = streams.get(streamName) ?? new Map<string, Checkpoint>();
  return new Map([...ofStream].map(([shardId, checkpoint]) => [shardId, copyOf(checkpoint)]));
}
