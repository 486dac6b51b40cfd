import { awsKinesisAgg } from "./aws-kinesis-agg.ts";
import type { Contender } from "./contender.ts";
import { kplKit } from "./kpl-kit.ts";

export { RIVAL, WRAPPER } from "./aws-kinesis-agg.ts";
export type { Contender } from "./contender.ts";
export { OURS } from "./kpl-kit.ts";

export const CONTENDERS: readonly Contender[] = [kplKit, awsKinesisAgg];
