import type { Checkpoint, CheckpointStore } from "../checkpoint.ts";
import { type CheckpointsByStream, setCheckpoint, snapshotOf } from "./checkpoints-by-stream.ts";
import { checkedCopy, checkName } from "./own-checkpoint.ts";

/**
 * Checkpoints that last as long as the process: a second reader resumes where the first one stopped, a restart begins anew.
 * @example
 * ```ts
 * const reader = new StreamReader({ streamName: "orders", checkpointStore: new MemoryCheckpointStore() });
 * ```
 */
export class MemoryCheckpointStore implements CheckpointStore {
  readonly #streams: CheckpointsByStream = new Map();

  /** @throws `KPL_KIT_INVALID_OPTION` */
  async load(streamName: string): Promise<ReadonlyMap<string, Checkpoint>> {
    checkName("streamName", streamName);
    return snapshotOf(this.#streams, streamName);
  }

  /** @throws `KPL_KIT_INVALID_POSITION`, `KPL_KIT_INVALID_OPTION` */
  async save(streamName: string, shardId: string, checkpoint: Checkpoint): Promise<void> {
    checkName("streamName", streamName);
    checkName("shardId", shardId);
    setCheckpoint(this.#streams, streamName, shardId, checkedCopy(checkpoint));
  }
}
