// Why protobufjs is not in the bundle, in figures.

import { readFileSync } from "node:fs";
import type { CodecResults } from "../codec/results.ts";
import { nameOf, REFERENCE } from "../codec/shapes.ts";
import type { RivalBundles } from "./bundle-size.ts";
import { kilobytes, markdownTable } from "./figures.ts";
import { known, range, rowOf } from "./speed-block.ts";

const RIVAL = "protobufjs";

export function protobufjsBlock({ rows, versions }: CodecResults, bundles: RivalBundles): string {
  const timed = rows.filter(({ group }) => group === "encode" || group === "decode");
  const small = timed.filter(({ recordBytes }) => recordBytes <= 100);
  const stubbed = (to: "encode" | "decode") =>
    known(rowOf(rows, `${to}, digest stubbed`, nameOf(REFERENCE)).ratios[RIVAL]);
  return markdownTable([
    ["", "kpl-kit", `protobufjs ${versions[RIVAL]}, static code`],
    [
      "minified and gzipped",
      `at most ${ourLimit()}, all of it`,
      `${kilobytes(bundles.protobufjs)}, messages alone (aws-kinesis-agg: ${kilobytes(bundles.awsKinesisAgg)})`,
    ],
    ["speed, user records up to 100 B", range(small, RIVAL), "1x"],
    ["speed, all rows", range(timed, RIVAL), "1x"],
    [`without the digest, ${nameOf(REFERENCE)}`, `encode ${stubbed("encode")}, decode ${stubbed("decode")}`, "1x"],
  ]);
}

/** What the gate on size holds, so that the README does not age with every byte. */
function ourLimit(): string {
  const gate = JSON.parse(readFileSync(new URL("../../.size-limit.json", import.meta.url), "utf8")) as readonly {
    readonly import: string;
    readonly limit: string;
  }[];
  const limit = gate.find((each) => each.import === "*")?.limit;
  if (limit === undefined) throw new Error(".size-limit.json has no limit for all of kpl-kit");
  return limit;
}
