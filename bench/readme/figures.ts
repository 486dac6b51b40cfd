// How the README writes a figure.

import type { Spread } from "../spread.ts";

export function times({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `**${median.toFixed(1)}x** (${lowerQuartile.toFixed(1)}–${upperQuartile.toFixed(1)})`;
}

export function plainTimes({ median }: Pick<Spread, "median">): string {
  return `${median.toFixed(2)}x`;
}

/** Two figures below ten, none behind the point above: more would be noise. */
export function perSecond(count: number): string {
  const [value, unit] = count >= 1e6 ? [count / 1e6, " M"] : [count / 1e3, " k"];
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}${unit}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}

export function money(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** Whole ones: the versions of zlib in Node differ by some bytes. */
export function kilobytes(bytes: number, round: (value: number) => number = Math.round): string {
  return `${round(bytes / 1_000)} kB`;
}

export function markdownTable([header = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, column) => (column === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}
