// Within one life, a shard (or a key in it) comes from right after the stored position on, record by record, none twice and
// none left out, to the end if the reader says that the shard has ended. Only what the user's code threw at comes again,
// and only what is kept no longer is left out, which the reader has to say.

import type { Checkpoint } from "../../../src/consumer/index.ts";
import { isAfter, type KitEvent, type KitLog } from "../kit-log.ts";
import type { Judge } from "./judge.ts";
import { type KeptRecord, type KeptShard, keptStream } from "./kept-stream.ts";

export const eachLifeInOrder: Judge = ({ kitReaders, snapshot }) => {
  const stream = keptStream(snapshot);
  return kitReaders.flatMap((reader) => {
    const lives = new Map<number, Life>();
    return reader.events.flatMap((event) => {
      if (event.type === "begun") lives.set(event.life, new Life(reader, event, stream));
      return lives.get(event.life)?.judge(event) ?? [];
    });
  });
};

type Begun = Extract<KitEvent, { type: "begun" }>;
type Delivered = Extract<KitEvent, { type: "delivered" }>;

class Life {
  readonly #who: string;
  readonly #order: Begun["order"];
  readonly #stream: ReadonlyMap<string, KeptShard>;
  readonly #shards = new Map<string, ShardInLife>();
  readonly #mayComeAgain = new Set<string>();
  readonly #came = new Set<string>();
  readonly #toldTrimmed = new Set<string>();
  #loaded: ReadonlyMap<string, Checkpoint> | undefined;

  constructor({ name }: KitLog, { life, order }: Begun, stream: ReadonlyMap<string, KeptShard>) {
    this.#who = `${name}, life ${life}:`;
    this.#order = order;
    this.#stream = stream;
  }

  judge(event: KitEvent): string[] {
    switch (event.type) {
      case "loaded":
        this.#loaded = event.checkpoints;
        return [];
      case "threw":
        this.#mayComeAgain.add(event.place);
        return [];
      case "delivered":
        return this.#delivered(event).map((complaint) => `${this.#who} ${complaint}`);
      case "told":
        if (event.event.type === "position-trimmed") this.#toldTrimmed.add(event.event.shardId);
        if (event.event.type === "shard-ended") return this.#ended(event.event.shardId);
        return [];
      default:
        return [];
    }
  }

  #delivered({ place, shardId }: Delivered): string[] {
    const record = this.#stream.get(shardId)?.byPlace.get(place);
    // Another judge's complaint.
    if (!record) return [];
    if (this.#came.has(place)) return this.#mayComeAgain.delete(place) ? [] : [`got ${place} again`];
    this.#came.add(place);
    const stored = this.#loaded?.get(shardId);
    if (!isAfter(record, stored))
      return [`got ${place}, which is not after ${stored?.sequenceNumber}/${stored?.subSequenceNumber}`];
    const due = this.#shard(shardId).take(record);
    return due === undefined ? [] : [`got ${place} where ${due.place} was next`];
  }

  #ended(shardId: string): string[] {
    const due = this.#shard(shardId).left;
    return due.map(({ place }) => `${this.#who} took ${shardId} for ended before ${place}`);
  }

  #shard(shardId: string): ShardInLife {
    const stored = this.#loaded?.get(shardId);
    const isNumber = stored !== undefined && /^\d/.test(stored.sequenceNumber);
    const known =
      this.#shards.get(shardId) ??
      new ShardInLife(
        (this.#stream.get(shardId)?.records ?? []).filter((record) => isAfter(record, stored)),
        this.#order,
        () => !isNumber || this.#toldTrimmed.has(shardId),
      );
    this.#shards.set(shardId, known);
    return known;
  }
}

class ShardInLife {
  /** By what keeps its order: what is still to come. */
  readonly #lines: ReadonlyMap<string, KeptRecord[]>;
  readonly #order: Begun["order"];
  readonly #mayLeaveOut: () => boolean;

  constructor(records: readonly KeptRecord[], order: Begun["order"], mayLeaveOutTrimmed: () => boolean) {
    this.#order = order;
    const lines = new Map<string, KeptRecord[]>();
    for (const record of [...records].reverse()) {
      const line = lines.get(this.#lineOf(record));
      if (line) line.push(record);
      else lines.set(this.#lineOf(record), [record]);
    }
    this.#lines = lines;
    this.#mayLeaveOut = mayLeaveOutTrimmed;
  }

  /** The one that was due, if it is another. */
  take(record: KeptRecord): KeptRecord | undefined {
    const line = this.#lines.get(this.#lineOf(record)) ?? [];
    let skipped: KeptRecord | undefined;
    for (let due = line.pop(); due && due.index !== record.index; due = line.pop()) {
      if (due.index > record.index) {
        line.push(due);
        return due;
      }
      if (!this.#isExcused(due)) skipped ??= due;
    }
    return skipped;
  }

  get left(): readonly KeptRecord[] {
    return [...this.#lines.values()].flat().filter((record) => !this.#isExcused(record));
  }

  #isExcused({ isTrimmed }: KeptRecord): boolean {
    return isTrimmed && this.#mayLeaveOut();
  }

  #lineOf({ partitionKey }: KeptRecord): string {
    return this.#order === "shard" ? "" : partitionKey;
  }
}
