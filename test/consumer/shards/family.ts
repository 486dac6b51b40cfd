// Shards by a word each: "6<0+1!" is shard 6, merged of 0 and 1, and closed.

import { FINISHED, type KnownShard, type startingPositions } from "../../../src/consumer/shards/index.ts";

type Starts = ReturnType<typeof startingPositions>["starts"];

export function family(words: string): KnownShard[] {
  return words
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [, shardId = "", parents] = /^(\w+)(?:<([\w+]+))?!?$/.exec(word) ?? [];
      return shard(shardId, parents?.split("+") ?? [], word.endsWith("!"));
    });
}

export function shard(shardId: string, parentShardIds: readonly string[] = [], closed = false): KnownShard {
  return { shardId, parentShardIds, hashKeyRange: { start: 0n, end: 0n }, closed };
}

/** "T": TRIM_HORIZON, "L": LATEST, "@": a time, "-": finished, or its sequence number. */
export function inWords(starts: Starts): string {
  return [...starts]
    .map(([shardId, start]) => `${shardId}:${start === FINISHED ? "-" : letterOf(start.sequenceNumber)}`)
    .toSorted()
    .join(" ");
}

function letterOf(sequenceNumber: string): string {
  return { TRIM_HORIZON: "T", LATEST: "L", AT_TIMESTAMP: "@" }[sequenceNumber] ?? sequenceNumber;
}
