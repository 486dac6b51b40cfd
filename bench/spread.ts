// A number from many rounds: what it usually is, and how far it strays.

export interface Spread {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  };
}

/** How many times as fast as `rival` we are, taken within each round. */
export function ratioOf(rival: readonly number[], ours: readonly number[]): Spread {
  return spreadOf(ours.map((ms, round) => (rival[round] ?? Number.NaN) / ms));
}

function quantile(sorted: readonly number[], q: number): number {
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The median, and the quartiles in brackets. */
export function spreadText({ lowerQuartile, median, upperQuartile }: Spread, digits: number): string {
  if (Number.isNaN(median)) return "-";
  return `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)}-${upperQuartile.toFixed(digits)})`;
}
