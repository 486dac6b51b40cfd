// A row of the benchmark, before it is measured. Each side keeps its own loops: shared ones would see the objects of all
// sides, and V8 would make none of them fast.

import type { Contender } from "../rounds.ts";

export interface Task {
  readonly group: string;
  readonly name: string;
  /** Everything but the time: the load, and sides whose answers have been compared. */
  prepare(): Load;
}

/** What one pass takes on, and who does it. */
export interface Load {
  readonly unit: "message" | "key" | "user record";
  readonly count: number;
  /** Absent where a speed in bytes would say nothing. */
  readonly bytes?: number;
  /** The sides that the others are compared with. */
  readonly rivals: readonly string[];
  readonly contenders: readonly Contender[];
}
