import type { Subscription } from "../../action.ts";

/** What faults change about a call; none of it is an input of the service. */
export interface CallConditions {
  /** Entries of PutRecords, by index, that come back refused with this code. */
  readonly refused?: {
    readonly entries: "all" | readonly number[];
    readonly errorCode: "ProvisionedThroughputExceededException" | "InternalFailure";
  };
  /** GetRecords finds its iterator too old. */
  readonly iteratorExpired?: boolean;
  /** ListShards answers as it would have so many milliseconds ago; `before-last-reshard`: as before shards last came or went. */
  readonly staleBy?: number | "before-last-reshard";
  /** What becomes of the subscription on its way out. */
  readonly through?: (subscription: Subscription) => Subscription;
}
