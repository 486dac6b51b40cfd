// Faults, by hand or by a seeded plan.

export { type FaultHandle, Faults } from "./faults.ts";
export type { CallSubject, FaultRule, InjectedFault, Strike, StruckFault } from "./injected-fault.ts";
export { seededRandom } from "./seeded-random.ts";
