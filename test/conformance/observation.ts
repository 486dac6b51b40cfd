// What a scenario has seen.

/** Plain data, and nothing in it that differs from run to run: shard numbers, names of exceptions, counts. */
export type Observation =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Observation[]
  | { readonly [name: string]: Observation };
