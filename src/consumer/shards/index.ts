export { type KnownShard, knownShard } from "./known-shard.ts";
export { Lineage, type ReadableShard } from "./lineage.ts";
export { listAllShards } from "./list-shards.ts";
export {
  FINISHED,
  type InitialPosition,
  startingPositions,
} from "./starting-positions.ts";
