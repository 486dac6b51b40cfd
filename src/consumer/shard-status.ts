import type { Position } from "../codec/index.ts";

export interface ShardStatus {
  readonly shardId: string;
  /** What is stored of it: all up to here is processed. Before the first checkpoint, where reading began. */
  readonly position: Position;
  /** Of the last page that was taken; undefined: none was yet. */
  readonly millisBehindLatest: number | undefined;
}
