// bench/results/codec.json as the README's table of speed.

import { BY_HAND } from "../codec/plain-record.ts";
import { type CodecResults, type CodecRow, type Group, OURS } from "../codec/results.ts";
import { nameOf, REFERENCE, type Shape } from "../codec/shapes.ts";
import { markdownTable, perSecond, plainTimes, times } from "./figures.ts";

const AGG = "aws-kinesis-agg";
const PROTOBUFJS = "protobufjs";

/** Ten of 10 KB, since aws-kinesis-agg packs no more than 1 MiB; a lone one, since not everybody is busy. */
const SHOWN: readonly Shape[] = [
  { recordBytes: 10, perAggregate: 500, keys: "50 keys" },
  REFERENCE,
  { recordBytes: 1024, perAggregate: 500, keys: "50 keys" },
  { recordBytes: 10_240, perAggregate: 10, keys: "50 keys" },
  { recordBytes: 100, perAggregate: 1, keys: "50 keys" },
];

export function speedBlock(results: CodecResults): string {
  const { date, machine, rows, settings, versions } = results;
  const directions = ["encode", "decode"] as const;
  const table = markdownTable([
    ["user records", ...directions.flatMap((to) => [`${to}, records/s`, `x ${AGG}`, `x ${PROTOBUFJS}`])],
    ...SHOWN.map((shape) => [
      nameOf(shape),
      ...directions.flatMap((to) => {
        const row = rowOf(rows, to, nameOf(shape));
        return [perSecond(ourRate(row)), ratio(row, AGG), ratio(row, PROTOBUFJS)];
      }),
    ]),
  ]);
  const timed = rows.filter(({ group }) => group === "encode" || group === "decode");
  const stubbed = (to: "encode" | "decode") => rowOf(rows, `${to}, digest stubbed`, nameOf(REFERENCE)).ratios[AGG];
  const plain = rowOf(rows, "plain record", "100 B").ratios[BY_HAND];
  return [
    table,
    "",
    `How many times as fast: the median of at least ${settings.rounds} rounds, quartiles in brackets. Keys and data of every record are read, the`,
    `digest is made and checked. Over all ${timed.length} rows it is ${range(timed, AGG)} against ${AGG} and ${range(timed, PROTOBUFJS)} against`,
    `protobufjs. Without the digest, at ${nameOf(REFERENCE)}: ${known(stubbed("encode"))} to encode and ${known(stubbed("decode"))} to decode against`,
    `${AGG}. A record that is no aggregate costs ${known(plain && { median: 1 / plain.median })} what building its result by hand costs.`,
    "",
    `\`npm run bench:codec\`, ${date}: Node ${machine.node}, ${machine.cores} x ${machine.cpu}, ${machine.platform}, load ${machine.loadAverage};`,
    `${AGG} ${versions[AGG]}, protobufjs ${versions[PROTOBUFJS]}.`,
  ].join("\n");
}

export function rowOf(rows: readonly CodecRow[], group: Group, name: string): CodecRow {
  const row = rows.find((each) => each.group === group && each.name === name);
  if (!row) throw new Error(`bench/results/codec.json has no row "${group} ${name}"`);
  return row;
}

/** From the worst row to the best. */
export function range(rows: readonly CodecRow[], rival: string): string {
  const medians = rows.flatMap(({ ratios }) => ratios[rival]?.median ?? []).sort((a, b) => a - b);
  return `${known({ median: medians[0] ?? Number.NaN })} to ${known({ median: medians.at(-1) ?? Number.NaN })}`;
}

export function known(ratio: { readonly median: number } | undefined): string {
  if (!ratio || Number.isNaN(ratio.median))
    throw new Error("bench/results/codec.json lacks a ratio that the README tells");
  return plainTimes(ratio);
}

function ratio({ ratios, absent }: CodecRow, rival: string): string {
  const measured = ratios[rival];
  return measured ? times(measured) : (absent.find(({ name }) => name === rival)?.because ?? "–");
}

function ourRate({ sides }: CodecRow): number {
  return sides.find(({ name }) => name === OURS)?.recordsPerSecond ?? Number.NaN;
}
