// What can be made to go wrong with a call, and for which calls.

import type { ActionName } from "../action.ts";

export type InjectedFault =
  /**
   * The service refuses and does nothing. `statusCode` is 500 for names that begin with "Internal", 503 for those that
   * begin with "ServiceUnavailable", and 400 for others. `body: "html"`: what a proxy on the way answers instead of
   * JSON, 503 by default; only over HTTP.
   */
  | {
      readonly kind: "error";
      readonly name: string;
      readonly message?: string;
      readonly statusCode?: number;
      readonly body?: "json" | "html";
    }
  /**
   * The shard's throughput is exceeded. PutRecords: the entries meant come back refused, the others are stored. They are
   * all of those for the rule's shard (default), those at the given indexes, or a share of them (above 0 to 1, rounded
   * up) chosen by the seed; a call without one of them does not match. PutRecord, GetRecords and GetShardIterator: the
   * whole call. What limits the other calls is an `error` named LimitExceededException.
   */
  | {
      readonly kind: "throttled";
      readonly entries?: "all" | readonly number[] | { readonly share: number };
      readonly errorCode?: "ProvisionedThroughputExceededException" | "InternalFailure";
    }
  /** The answer takes `ms` longer, before the service has done its work (default) or after. */
  | { readonly kind: "slow"; readonly ms: number; readonly when?: "before" | "after" }
  /** The connection is closed at once, before the service has done its work or after: the caller can't tell. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** The work is done, and the answer ends in its middle. */
  | { readonly kind: "truncated" }
  /** The work is done, and the answer never comes. */
  | { readonly kind: "lost" }
  /** GetRecords. */
  | { readonly kind: "expired-iterator" }
  /** SubscribeToShard: established, and no event ever comes. */
  | { readonly kind: "silent-subscription" }
  /**
   * SubscribeToShard: ends after so many events (default 0), long before its time: as if all were well (default), by a
   * broken connection, or by an exception event of that name.
   */
  | {
      readonly kind: "cut-subscription";
      readonly afterEvents?: number;
      readonly how?: "end" | "reset" | { readonly exception: string };
    }
  /** ListShards answers as of `byMs` ago; unset: as before the last split, merge or change of the shard count. */
  | { readonly kind: "stale-shards"; readonly byMs?: number };

export interface FaultRule {
  readonly fault: InjectedFault;
  /** Default: every call that the fault applies to. */
  readonly action?: ActionName | readonly ActionName[];
  readonly streamName?: string;
  /** PutRecords with entries for several shards: only those for this one are meant. */
  readonly shardId?: string;
  /** Matching calls to let pass first. @defaultValue 0 */
  readonly skip?: number;
  /** How often it strikes. @defaultValue 1 by `inject`, Infinity in a plan */
  readonly times?: number;
  /** Of each matching call after those skipped, above 0 to 1; drawn by the seed. @defaultValue 1 */
  readonly probability?: number;
  /** Only calls from this time on, by the service's clock; a number is milliseconds since the epoch. */
  readonly from?: Date | number;
  /** Only calls before this time. After it all is well, whatever `times` says. */
  readonly until?: Date | number;
}

/** What the model knows of a call before it is performed. */
export interface CallSubject {
  readonly action: ActionName;
  /** Undefined where the call names no stream. */
  readonly streamName: string | undefined;
  /** That it reads, writes, splits or merges; empty where it touches none. */
  readonly shardIds: readonly string[];
  readonly nowMs: number;
  /** PutRecords: where each entry goes. */
  readonly entryShardIds?: readonly (string | undefined)[];
}

type Settled<Fault, Optional extends string> = Fault & {
  readonly [Key in keyof Fault & Optional]-?: Exclude<Fault[Key], undefined>;
};

/** With its defaults, and with the indexes of the entries that it refuses in one call. */
export type StruckFault =
  | Settled<Extract<InjectedFault, { kind: "error" }>, "statusCode" | "body">
  | (Settled<Extract<InjectedFault, { kind: "throttled" }>, "errorCode"> & {
      readonly entries: "all" | readonly number[];
    })
  | Settled<Extract<InjectedFault, { kind: "slow" }>, "when">
  | Settled<Extract<InjectedFault, { kind: "cut-subscription" }>, "afterEvents" | "how">
  | Exclude<InjectedFault, { kind: "error" | "throttled" | "slow" | "cut-subscription" }>;

/** One strike, for assertions. */
export interface Strike {
  readonly atMs: number;
  readonly action: ActionName;
  readonly streamName: string | undefined;
  readonly shardIds: readonly string[];
  readonly fault: StruckFault;
}
