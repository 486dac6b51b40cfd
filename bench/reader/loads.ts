// What lies in the stream: aggregates of the KPL of 50 KB, of small user records or of large ones.

export interface Load {
  readonly name: string;
  readonly recordBytes: number;
  readonly recordsAnAggregate: number;
}

/** The loads that the bars are about. */
export const SMALL = "100 B";
export const LARGE = "1 KB";

export const LOADS: readonly Load[] = [
  { name: SMALL, recordBytes: 100, recordsAnAggregate: 400 },
  { name: LARGE, recordBytes: 1_000, recordsAnAggregate: 48 },
];

export const STREAM = "bench-reader";
export const SHARDS = 4;
/** 2.0 MB, as much as a shard gives in a second. */
export const AGGREGATES_A_PAGE = 40;
export const KEY_LENGTH = 16;
/** Of all data: none looks like JSON, which lifion-kinesis would parse. */
export const FIRST_BYTE = 0x78;

export function loadOf(name: string): Load {
  const load = LOADS.find((each) => each.name === name);
  if (!load) throw new Error(`no load is called ${name}`);
  return load;
}

export function recordsAPage({ recordsAnAggregate }: Load): number {
  return AGGREGATES_A_PAGE * recordsAnAggregate;
}

export function shardIdOf(shard: number): string {
  return `shardId-${String(shard).padStart(12, "0")}`;
}
