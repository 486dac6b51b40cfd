// Why protobufjs is not in the bundle, in figures.

import type { CodecResults } from "../codec/results.ts";
import { nameOf, REFERENCE } from "../codec/shapes.ts";
import type { BundleSizes } from "./bundle-size.ts";
import { kilobytes, markdownTable } from "./figures.ts";
import { known, range, rowOf } from "./speed-block.ts";

const RIVAL = "protobufjs";

export function protobufjsBlock({ rows, versions }: CodecResults, sizes: BundleSizes): string {
  const timed = rows.filter(({ group }) => group === "encode" || group === "decode");
  const small = timed.filter(({ recordBytes }) => recordBytes <= 100);
  const stubbed = (to: "encode" | "decode") =>
    known(rowOf(rows, `${to}, digest stubbed`, nameOf(REFERENCE)).ratios[RIVAL]);
  return markdownTable([
    ["", "kpl-kit", `protobufjs ${versions[RIVAL]}, static code`],
    [
      "minified and gzipped",
      `under ${kilobytes(sizes.kplKit, Math.ceil)}, all of it`,
      `${kilobytes(sizes.protobufjs)}, messages alone (aws-kinesis-agg: ${kilobytes(sizes.awsKinesisAgg)})`,
    ],
    ["speed, user records up to 100 B", range(small, RIVAL), "1x"],
    ["speed, all rows", range(timed, RIVAL), "1x"],
    [`without the digest, ${nameOf(REFERENCE)}`, `encode ${stubbed("encode")}, decode ${stubbed("decode")}`, "1x"],
  ]);
}
