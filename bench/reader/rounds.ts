// Round after round each entrant has its turn, in a fresh process and a fresh order, so that neither a busy machine nor what
// a compiler has learnt favours one; ratios are taken within a round.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { messageOf } from "../child-message.ts";
import { type Random, shuffled } from "../random.ts";
import type { Entrant, Runtime } from "./entrants.ts";
import type { Slice } from "./slice.ts";
import type { SourceAddress } from "./source.ts";

export interface RoundsOptions {
  readonly rounds: number;
  /** A JIT compiler in threads of its own takes longer to have done its work. */
  readonly warmUpMs: Readonly<Record<Runtime, number>>;
  readonly sliceMs: number;
  readonly random: Random;
  /** By load. */
  readonly entrants: ReadonlyMap<string, readonly Entrant[]>;
  readonly onTurn: (round: number, load: string, entrant: string) => void;
}

/** By load and entrant; of each round one. */
export type Slices = ReadonlyMap<string, ReadonlyMap<string, readonly Slice[]>>;

const SOURCE = fileURLToPath(new URL("source.ts", import.meta.url));
const TABLES = fileURLToPath(new URL("tables.ts", import.meta.url));

export async function measureInRounds(options: RoundsOptions): Promise<Slices> {
  const { entrants, onTurn, random, rounds, sliceMs, warmUpMs } = options;
  const slices = new Map(
    [...entrants].map(([load, all]) => [load, new Map(all.map(({ name }): [string, Slice[]] => [name, []]))]),
  );
  const source = fork(SOURCE, { execArgv: ["--import", "tsx"] });
  const tables = fork(TABLES, { execArgv: ["--import", "tsx"] });
  try {
    const address = await messageOf<SourceAddress>(source, "the source");
    const tablesEndpoint = await messageOf<string>(tables, "DynamoDB");
    for (let round = 1; round <= rounds; round++) {
      for (const [load, all] of entrants) {
        const { digests, endpoint } = address[load]!; // it has all
        const place = { endpoint, tables: tablesEndpoint };
        for (const { name, runtime, take } of shuffled(all, random)) {
          onTurn(round, load, name);
          const turn = { contender: name, load, place, digests, warmUpMs: warmUpMs[runtime], sliceMs };
          slices
            .get(load)!
            .get(name)!
            .push(await take(turn)); // made above
        }
      }
    }
    return slices;
  } finally {
    for (const child of [source, tables]) if (child.connected) child.disconnect();
  }
}
