// Prices are the user's business: these are defaults, of one region and one day.
// https://aws.amazon.com/kinesis/data-streams/pricing/

import { InvalidArgumentError } from "commander";

export interface Prices {
  readonly region: string;
  readonly asOf: string;
  readonly currency: "USD";
  /** Provisioned: a shard for an hour. */
  readonly shardHour: number;
  /** Provisioned: a million PUT payload units, each a record's 25 KiB or a part of it. */
  readonly putUnitsPerMillion: number;
  /** On demand: a stream for an hour. */
  readonly streamHour: number;
  /** On demand: 2^30 bytes written, each record rounded up to 1 KiB. */
  readonly gibIn: number;
}

export const DEFAULT_PRICES: Prices = {
  region: "us-east-1",
  asOf: "2025-11",
  currency: "USD",
  shardHour: 0.015,
  putUnitsPerMillion: 0.014,
  streamHour: 0.04,
  gibIn: 0.08,
};

const NAMES = ["shardHour", "putUnitsPerMillion", "streamHour", "gibIn"] as const;

/** `shardHour=0.015,gibIn=0.08`; what is not named keeps its default. */
export function parsePrices(text: string): Prices {
  const given = text.split(",").map((pair) => {
    const [name = "", value = ""] = pair.split("=").map((part) => part.trim());
    const known = NAMES.find((candidate) => candidate === name);
    const price = Number(value);
    if (known === undefined || value === "" || !(price >= 0)) {
      throw new InvalidArgumentError(`"${pair}" is no price: ${NAMES.map((each) => `${each}=0.01`).join(",")}`);
    }
    return [known, price] as const;
  });
  return { ...DEFAULT_PRICES, region: "as given", asOf: "as given", ...Object.fromEntries(given) };
}

export function priceText({ region, asOf, shardHour, putUnitsPerMillion, streamHour, gibIn }: Prices): string {
  return (
    `prices of ${region}, ${asOf}, in US$: ${shardHour} a shard-hour, ${putUnitsPerMillion} a million PUT payload units; ` +
    `on demand ${streamHour} a stream-hour, ${gibIn} a GiB in`
  );
}
