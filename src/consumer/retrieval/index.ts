export { type FanOutOptions, fanOutPages } from "./fan-out-pages.ts";
export { idleBetweenReads, isBehind } from "./idle-between-reads.ts";
export { type PollingOptions, pollingPages } from "./polling-pages.ts";
export { PrefetchBudget, type PrefetchBudgetOptions, type Reservation } from "./prefetch-budget.ts";
export { type HeldPage, PrefetchedPages } from "./prefetched-pages.ts";
export { ReadBudget, type SharedReadBudget, sharedReadBudget } from "./read-budget.ts";
export { type ConsumerToRegister, type RegisterConsumerContext, registerConsumer } from "./register-consumer.ts";
export type { OpenShardPages, Page, ShardPages, ShardPagesContext } from "./shard-pages.ts";
