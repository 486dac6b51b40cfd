// A page of a shard after deaggregation: what the user's code is given.

import type { UserRecord } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";

export interface UnpackedPage {
  readonly shardId: string;
  /** In order; may be empty. */
  readonly records: readonly UserRecord[];
  /** Of the page's end, whether or not its last records were dropped by a filter; undefined: the page has no Kinesis records. */
  readonly end: Checkpoint | undefined;
  readonly bytes: number;
  readonly millisBehindLatest: number;
  /** Its memory may go; called once. */
  readonly release: () => void;
}
