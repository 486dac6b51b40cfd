export { type KnownShard, knownShard } from "./known-shard.ts";
export { Lineage, type ReadableShard } from "./lineage.ts";
export { type ListShardsContext, listAllShards } from "./list-shards.ts";
export {
  FINISHED,
  type InitialPosition,
  type StartingPositions,
  type StartingPositionsInput,
  startingPositions,
} from "./starting-positions.ts";
