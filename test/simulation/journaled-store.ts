// Checkpoints that outlive the lives of a reader: every load and save is written down, and the dice make them slow, make
// them fail, or lose the answer of one that was done.

import { type Checkpoint, type CheckpointStore, MemoryCheckpointStore } from "../../src/consumer/index.ts";
import type { Random } from "../fuzz/random.ts";
import type { KitLog } from "./kit-log.ts";
import type { Lifeline } from "./lifeline.ts";
import type { World } from "./world.ts";

export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** It takes so long at most, before as well as after what it does. */
const LONGEST_MS = 1_500;

export interface JournaledStoreOptions {
  readonly world: World;
  readonly log: KitLog;
  readonly random: Random;
  readonly isStormy: () => boolean;
}

export class JournaledStore {
  readonly #options: JournaledStoreOptions;
  readonly #kept: MemoryCheckpointStore = new MemoryCheckpointStore();
  #underWay = 0;

  constructor(options: JournaledStoreOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** The store as one life sees it: with its line is cut what it has asked for, too. */
  of(life: number, line: Lifeline): CheckpointStore {
    return {
      load: (streamName) => line.through(this.#load(life, line, streamName)),
      save: (streamName, shardId, checkpoint) =>
        line.through(this.#save({ life, line, streamName, shardId, checkpoint })),
    };
  }

  async #load(life: number, line: Lifeline, streamName: string): Promise<ReadonlyMap<string, Checkpoint>> {
    const { log, random, world } = this.#options;
    await this.#wait(line);
    if (this.#isStruck(30)) throw this.#failure("load");
    const checkpoints = await this.#kept.load(streamName);
    log.add({ type: "loaded", life, checkpoints });
    world.log(log.name, `loads ${[...checkpoints].map(([id, at]) => `${id} ${textOf(at)}`).join(", ") || "nothing"}`);
    await this.#wait(line);
    if (random.once(2)) return checkpoints;
    return new Map([...checkpoints].reverse());
  }

  async #save(asked: {
    readonly life: number;
    readonly line: Lifeline;
    readonly streamName: string;
    readonly shardId: string;
    readonly checkpoint: Checkpoint;
  }): Promise<void> {
    const { checkpoint, life, line, shardId, streamName } = asked;
    if (line.isCut) return;
    const { log, world } = this.#options;
    log.add({ type: "saving", life, shardId, checkpoint });
    this.#underWay++;
    let isCounted = true;
    const count = (): void => {
      if (isCounted) this.#underWay--;
      isCounted = false;
    };
    try {
      await this.#wait(line, count);
      if (line.isCut) return;
      if (this.#isStruck(8)) throw this.#failure("save");
      await this.#kept.save(streamName, shardId, checkpoint);
      log.add({ type: "saved", life, shardId, checkpoint });
      world.log(log.name, `saves ${shardId} ${textOf(checkpoint)}`);
      await this.#wait(line, count);
      if (this.#isStruck(15)) throw this.#failure("answer of a save");
    } finally {
      count();
    }
  }

  /** `onCut`: nobody comes back from a wait whose line is cut. */
  async #wait(line: Lifeline, onCut?: () => void): Promise<void> {
    const { isStormy, random, world } = this.#options;
    const ms = !isStormy() || random.once(2) ? 0 : random.int(random.once(10) ? LONGEST_MS : 50);
    if (ms === 0) return;
    await world.clock.sleep(ms);
    if (!line.isCut) return;
    onCut?.();
    await new Promise(() => undefined);
  }

  #isStruck(once: number): boolean {
    const { isStormy, random } = this.#options;
    return isStormy() && random.once(once);
  }

  #failure(what: string): StoreError {
    const { log, world } = this.#options;
    world.log(log.name, `${what} fails`);
    return new StoreError(`the dice say that a ${what} fails`);
  }
}

function textOf({ sequenceNumber, subSequenceNumber }: Checkpoint): string {
  return `${sequenceNumber}${subSequenceNumber === undefined ? "" : `/${subSequenceNumber}`}`;
}
