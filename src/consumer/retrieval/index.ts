export { type FanOutOptions, fanOutPages } from "./fan-out-pages.ts";
export { idleBetweenReads, isBehind } from "./idle-between-reads.ts";
export { type PollingOptions, pollingPages } from "./polling-pages.ts";
export { PrefetchBudget, type PrefetchBudgetOptions } from "./prefetch-budget.ts";
export { type HeldPage, PrefetchedPages } from "./prefetched-pages.ts";
export { ReadBudget, sharedReadBudget } from "./read-budget.ts";
export { type RegisterConsumerContext, registerConsumer } from "./register-consumer.ts";
export type { OpenShardPages, Page, ShardPages } from "./shard-pages.ts";
