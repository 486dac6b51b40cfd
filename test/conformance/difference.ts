// What an emulator is known to do instead of what AWS says. A test holds it to that too: one that starts to behave like
// AWS, or differs in another way, is news.

import type { Observation } from "./observation.ts";

export type Difference =
  /** Seen in every run. A function, where it is not the same in every run. */
  { readonly saw: Observation | ((seen: Observation) => boolean); readonly why: string } | { readonly notRun: string };

/** By the titles of the scenarios. */
export type Differences = Readonly<Record<string, Difference>>;

/** Its timing decides which. */
export function oneOf(...observations: readonly Observation[]): (seen: Observation) => boolean {
  const known = observations.map((observation) => JSON.stringify(observation));
  return (seen) => known.includes(JSON.stringify(seen));
}
