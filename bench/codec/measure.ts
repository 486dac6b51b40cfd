// From shapes to rows: prepare all sides, compare their answers, then time them in turn.

import { type Contender, measureInRounds, type RoundsOptions } from "../rounds.ts";
import { assertPackedAlike, assertReadsAll, assertUnpackedAlike } from "./agreement.ts";
import type { Codec, Direction, Job } from "./codec.ts";
import { withConstantDigest } from "./constant-digest.ts";
import { type Load, loadOf } from "./corpus.ts";
import { kplKit } from "./kpl-kit.ts";
import { md5Floor } from "./md5-floor.ts";
import { plainRecords } from "./plain-record.ts";
import { type CodecRow, type Group, sidesOf } from "./results.ts";
import { awsKinesisAgg } from "./rivals/aws-kinesis-agg.ts";
import { protobufjs } from "./rivals/protobufjs.ts";
import { nameOf, REFERENCE, SHAPES, type Shape } from "./shapes.ts";

const CODECS: readonly Codec[] = [kplKit, protobufjs, awsKinesisAgg];

export interface Task {
  readonly group: Group;
  readonly name: string;
  measure(options: RoundsOptions): CodecRow;
}

export const TASKS: readonly Task[] = [
  ...SHAPES.map((shape) => taskOf("encode", shape)),
  ...SHAPES.map((shape) => taskOf("decode", shape)),
  stubbedTaskOf("encode"),
  stubbedTaskOf("decode"),
  { group: "plain record", name: "100 B", measure: measurePlainRecord },
];

/** Every side meets every shape before the first is timed, so that no row depends on the rows before it. */
export function warmUp(options: RoundsOptions): void {
  for (const { measure } of TASKS) measure({ ...options, rounds: 0 });
}

function taskOf(direction: Direction, shape: Shape): Task {
  return {
    group: direction,
    name: nameOf(shape),
    measure: (options) => measureShape(direction, direction, shape, options),
  };
}

function stubbedTaskOf(direction: Direction): Task {
  const group: Group = `${direction}, digest stubbed`;
  const measure = (options: RoundsOptions) =>
    withConstantDigest(() => measureShape(direction, group, REFERENCE, options));
  return { group, name: nameOf(REFERENCE), measure };
}

function measureShape(direction: Direction, group: Group, shape: Shape, options: RoundsOptions): CodecRow {
  const load = loadOf(shape);
  const frames = kplKit
    .encoder(load)
    .answers()
    .map(({ data }) => new Uint8Array(data));
  const absent = CODECS.flatMap((codec) => {
    const because = codec.refuses(direction, shape);
    return because === undefined ? [] : [{ name: codec.name, because }];
  });
  const present = CODECS.filter((codec) => codec.refuses(direction, shape) === undefined);
  const contenders: Contender[] = [...agreed(direction, present, load, frames)];
  // With the digest stubbed out there is no floor to stand on.
  if (group === direction) contenders.push(md5Floor(frames));
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  return {
    group,
    name: nameOf(shape),
    ...shape,
    userRecords: load.userRecords,
    bytes,
    ...sidesOf(measureInRounds(contenders, options), load.userRecords, bytes),
    absent,
  };
}

function agreed(
  direction: Direction,
  codecs: readonly Codec[],
  load: Load,
  frames: readonly Uint8Array[],
): Contender[] {
  const named = (sides: readonly { readonly codec: Codec; readonly job: Job<unknown> }[]) => {
    assertReadsAll(sides);
    return sides.map(({ codec, job }) => ({ name: codec.name, run: job.run }));
  };
  if (direction === "encode") {
    const sides = codecs.map((codec) => ({ codec, job: codec.encoder(load) }));
    assertPackedAlike(sides);
    return named(sides);
  }
  const sides = codecs.map((codec) => ({ codec, job: codec.decoder(load, frames) }));
  assertUnpackedAlike(sides, load);
  return named(sides);
}

function measurePlainRecord(options: RoundsOptions): CodecRow {
  const { contenders, count, bytes } = plainRecords();
  return {
    group: "plain record",
    name: "100 B",
    recordBytes: REFERENCE.recordBytes,
    perAggregate: 0,
    keys: REFERENCE.keys,
    userRecords: count,
    bytes,
    ...sidesOf(measureInRounds(contenders, options), count, bytes),
    absent: [],
  };
}
