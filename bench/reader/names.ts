// Who is measured, by name.

export const SDK_WITH_AGG = "SDK + aws-kinesis-agg";
export const LIFION = "lifion-kinesis";
export const OURS = "kpl-kit";
export const OURS_BY_RECORD = "kpl-kit, record form";
export const OURS_REUSING_PAGES = "kpl-kit, reusePages";
export const KCL = "KCL for Java";

export type ContenderName =
  | typeof SDK_WITH_AGG
  | typeof LIFION
  | typeof OURS_BY_RECORD
  | typeof OURS_REUSING_PAGES
  | typeof OURS;

/** Those that run in Node. */
export const CONTENDER_NAMES: readonly ContenderName[] = [
  SDK_WITH_AGG,
  LIFION,
  OURS_BY_RECORD,
  OURS_REUSING_PAGES,
  OURS,
];

export const ALL_NAMES: readonly string[] = [...CONTENDER_NAMES, KCL];
