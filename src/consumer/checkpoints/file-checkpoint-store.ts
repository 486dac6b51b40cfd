import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Checkpoint, CheckpointStore } from "../checkpoint.ts";
import { readCheckpointFile, writeCheckpointFile } from "./checkpoint-file.ts";
import { type CheckpointsByStream, setCheckpoint, snapshotOf } from "./checkpoints-by-stream.ts";
import { readText, replaceFile } from "./durable-file.ts";
import { CheckpointFileFailedError } from "./errors.ts";
import { checkedCopy, checkName } from "./own-checkpoint.ts";

interface Save {
  readonly streamName: string;
  readonly shardId: string;
  readonly checkpoint: Checkpoint;
}

/** Saves that go to the disk together. */
interface Round {
  readonly saves: Save[];
  readonly done: Promise<void>;
}

/** Each time, another process has replaced the file first. Against an equal, losing so often is a chance of 2^-100. */
const MOST_TRIES = 100;

/**
 * Checkpoints in one JSON file, of any number of streams. A save resolves when they would survive a power failure: the file
 * is replaced whole, so it is never seen half written. Saves that come while it is written go into the next version together.
 *
 * Several processes may share the file, each with its own streams or shards: what others have written stays. There is no
 * lock. The file is read again just before it is replaced, so that another's save can be lost only if it comes in the
 * instant between; a lost checkpoint is written again with the other's next save, of whichever shard, where the file lacks
 * it altogether, else with the next one of that shard. Edit or delete the file while no one writes it. A process that is
 * killed may leave a `.tmp` file beside it, which nobody reads.
 * @example
 * ```ts
 * const checkpointStore = new FileCheckpointStore("/var/lib/orders/checkpoints.json");
 * ```
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly #path: string;
  readonly #temporaryPath: string;
  /** What this store has brought to the disk. */
  readonly #written: CheckpointsByStream = new Map();
  #waiting: Round | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor(path: string) {
    checkName("path", path);
    this.#path = resolve(path);
    // A name of its own: a process id is the same in two containers that share a volume.
    this.#temporaryPath = `${this.#path}.${randomUUID()}.tmp`;
  }

  /** @throws `KPL_KIT_CHECKPOINT_FILE_DAMAGED`, `KPL_KIT_CHECKPOINT_FILE_FAILED`, `KPL_KIT_INVALID_OPTION` */
  async load(streamName: string): Promise<ReadonlyMap<string, Checkpoint>> {
    checkName("streamName", streamName);
    return snapshotOf(this.#parsed(await this.#read()), streamName);
  }

  /**
   * @throws `KPL_KIT_CHECKPOINT_FILE_DAMAGED`, `KPL_KIT_CHECKPOINT_FILE_FAILED`, `KPL_KIT_INVALID_POSITION`,
   * `KPL_KIT_INVALID_OPTION`
   */
  async save(streamName: string, shardId: string, checkpoint: Checkpoint): Promise<void> {
    checkName("streamName", streamName);
    checkName("shardId", shardId);
    const save = { streamName, shardId, checkpoint: checkedCopy(checkpoint) };
    this.#waiting ??= this.#nextRound();
    this.#waiting.saves.push(save);
    await this.#waiting.done;
  }

  #nextRound(): Round {
    const saves: Save[] = [];
    const done = this.#last.then(() => {
      this.#waiting = undefined; // who comes from now on comes with the next one
      return this.#write(saves);
    });
    this.#last = done.catch(() => {}); // told to those who wait for `done`
    return { saves, done };
  }

  async #write(saves: readonly Save[]): Promise<void> {
    for (let tries = 1; !(await this.#tryToWrite(saves)); tries++) {
      if (tries === MOST_TRIES) {
        const cause = new Error(`others replaced it ${MOST_TRIES} times meanwhile`);
        throw new CheckpointFileFailedError(this.#path, "replaced", cause);
      }
    }
    for (const { streamName, shardId, checkpoint } of saves) {
      setCheckpoint(this.#written, streamName, shardId, checkpoint);
    }
  }

  async #tryToWrite(saves: readonly Save[]): Promise<boolean> {
    const replaces = await this.#read();
    const streams = this.#parsed(replaces);
    this.#putBack(streams);
    for (const { streamName, shardId, checkpoint } of saves) setCheckpoint(streams, streamName, shardId, checkpoint);
    try {
      return await replaceFile({
        path: this.#path,
        temporaryPath: this.#temporaryPath,
        text: writeCheckpointFile(streams),
        replaces,
      });
    } catch (error) {
      throw new CheckpointFileFailedError(this.#path, "replaced", error);
    }
  }

  /**
   * What this store has written and the file lacks, another's save has crossed: left out, that shard would start anew. What
   * the file has otherwise is another's, who has taken over the shard.
   */
  #putBack(streams: CheckpointsByStream): void {
    for (const [streamName, ofStream] of this.#written) {
      for (const [shardId, checkpoint] of ofStream) {
        if (!streams.get(streamName)?.has(shardId)) setCheckpoint(streams, streamName, shardId, checkpoint);
      }
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readText(this.#path);
    } catch (error) {
      throw new CheckpointFileFailedError(this.#path, "read", error);
    }
  }

  #parsed(text: string | undefined): CheckpointsByStream {
    return text === undefined ? new Map() : readCheckpointFile(this.#path, text);
  }
}
