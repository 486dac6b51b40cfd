// What a reader may choose, resolved once a call.

import { InvalidOptionError, type MalformedReason } from "./errors.ts";
import type { HashKeyRange } from "./shard-map.ts";
import type { KinesisRecordInput } from "./user-record.ts";

export type MalformedPolicy = "pass" | "throw" | "skip";

export interface DroppedRecords {
  readonly record: KinesisRecordInput;
  /** 1 for a malformed record: what it was meant to hold, nobody can tell. */
  readonly userRecords: number;
  readonly reason: "outside-range" | MalformedReason;
}

export interface DeaggregateOptions {
  /**
   * Whether user records own their bytes; views keep the Kinesis record's bytes alive, and the page they came in.
   * @defaultValue false
   */
  readonly copy?: boolean;
  /**
   * What becomes of a Kinesis record that has the magic but is no sound aggregate. `pass`: raw, with its reason, as the
   * KCL but for the reason. `throw`: `KPL_KIT_MALFORMED_AGGREGATE`. `skip`: nothing, reported by `onDropped`. Or decide
   * per record.
   * @defaultValue "pass"
   */
  readonly onMalformed?: MalformedPolicy | ((record: KinesisRecordInput, reason: MalformedReason) => MalformedPolicy);
  /** Of the shard that the records come from; needed by `rangeFilter`. */
  readonly hashRange?: HashKeyRange;
  /**
   * What becomes of members whose hash key lies outside `hashRange`, as after a resharding. `off`: delivered.
   * `user-record`: just those are dropped. `kcl`: the whole aggregate is, as in Java. Plain records always stay.
   * @defaultValue "off"
   */
  readonly rangeFilter?: "off" | "user-record" | "kcl";
  /** Told of everything that is not delivered. */
  readonly onDropped?: (dropped: DroppedRecords) => void;
}

export interface ResolvedDeaggregateOptions {
  readonly copy: boolean;
  readonly onMalformed: (record: KinesisRecordInput, reason: MalformedReason) => MalformedPolicy;
  readonly range: HashKeyRange | undefined;
  readonly dropsWhole: boolean;
  readonly onDropped: (dropped: DroppedRecords) => void;
}

const POLICIES: readonly unknown[] = ["pass", "throw", "skip"];
const DEFAULTS: ResolvedDeaggregateOptions = {
  copy: false,
  onMalformed: () => "pass",
  range: undefined,
  dropsWhole: false,
  onDropped: () => {},
};

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveDeaggregateOptions(options: DeaggregateOptions | undefined): ResolvedDeaggregateOptions {
  if (options === undefined) return DEFAULTS; // of most plain records, whose whole cost this is
  const { copy = false, onMalformed = "pass", hashRange, rangeFilter = "off", onDropped = DEFAULTS.onDropped } = options;
  if (rangeFilter !== "off" && rangeFilter !== "user-record" && rangeFilter !== "kcl") {
    throw new InvalidOptionError("rangeFilter", rangeFilter, '"off", "user-record" or "kcl"');
  }
  if (rangeFilter !== "off" && !(hashRange && hashRange.start <= hashRange.end)) {
    throw new InvalidOptionError("hashRange", hashRange, "a range from start to end where rangeFilter is set");
  }
  return {
    copy,
    onMalformed: (record, reason) =>
      checkedPolicy(typeof onMalformed === "function" ? onMalformed(record, reason) : onMalformed),
    range: rangeFilter === "off" ? undefined : hashRange,
    dropsWhole: rangeFilter === "kcl",
    onDropped,
  };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function checkedPolicy(policy: MalformedPolicy): MalformedPolicy {
  if (POLICIES.includes(policy)) return policy;
  throw new InvalidOptionError("onMalformed", policy, '"pass", "throw", "skip" or a function that answers so');
}
