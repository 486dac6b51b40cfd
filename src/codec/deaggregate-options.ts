// What a reader may choose, resolved once a call.

import { InvalidOptionError, type MalformedReason } from "./errors.ts";
import { checkOneOf } from "./option-checks.ts";
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

export interface ResolvedDeaggregateOptions extends DeaggregateOptions {
  readonly rangeFilter: "off" | "user-record" | "kcl";
}

const DEFAULTS: ResolvedDeaggregateOptions = { rangeFilter: "off" };

/** @throws `KPL_KIT_INVALID_OPTION` */
export function resolveDeaggregateOptions(options: DeaggregateOptions | undefined): ResolvedDeaggregateOptions {
  if (options === undefined) return DEFAULTS;
  const { rangeFilter = "off", hashRange } = options;
  checkOneOf("rangeFilter", rangeFilter, ["off", "user-record", "kcl"]);
  if (rangeFilter !== "off" && !(hashRange && hashRange.start <= hashRange.end)) {
    throw new InvalidOptionError("hashRange", hashRange, "a range from start to end");
  }
  if (typeof options.onMalformed !== "function") malformedPolicy(options, {}, "digest");
  return { ...options, rangeFilter };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
export function malformedPolicy(
  { onMalformed = "pass" }: DeaggregateOptions,
  record: KinesisRecordInput,
  reason: MalformedReason,
): MalformedPolicy {
  const policy = typeof onMalformed === "function" ? onMalformed(record, reason) : onMalformed;
  checkOneOf("onMalformed", policy, ["pass", "throw", "skip"]);
  return policy;
}
