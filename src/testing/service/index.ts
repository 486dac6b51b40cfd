// The service itself, without doors, faults or latency.

export type { ActionName, InputOf, Subscription } from "../action.ts";
export { resolveLimits } from "../limits.ts";
export type { AccountOptions } from "./account.ts";
export type { CallConditions } from "./actions/index.ts";
export { Service } from "./service.ts";
export type { RecordSnapshot, ShardSnapshot, StreamSnapshot } from "./snapshot.ts";
