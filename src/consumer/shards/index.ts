export { type KnownShard, knownShard } from "./known-shard.ts";
