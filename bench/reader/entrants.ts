// Who takes turns, and how: contenders in Node, and the KCL for Java where it can be had.

import { fork } from "node:child_process";
import { once } from "node:events";
import { messageOf } from "../child-message.ts";
import { compileTurn } from "./compile-turn.ts";
import { buildKcl, type NoKcl } from "./java/build-kcl.ts";
import { takeKclTurn } from "./java/kcl-turn.ts";
import { CONTENDER_NAMES, KCL } from "./names.ts";
import type { Slice } from "./slice.ts";
import type { Turn } from "./turn.ts";

export interface Entrant {
  readonly name: string;
  readonly runtime: Runtime;
  readonly take: (turn: Turn) => Promise<Slice>;
}

export type Runtime = "node" | "java";

export interface Entrants {
  readonly entrants: readonly Entrant[];
  /** Why the KCL takes no part. */
  readonly noKcl: NoKcl | undefined;
}

export async function entrantsOf(names: ReadonlySet<string>): Promise<Entrants> {
  const compiled = await compileTurn();
  const take = (turn: Turn) => takeNodeTurn(compiled, turn);
  const chosen = CONTENDER_NAMES.filter((name) => names.has(name)).map(
    (name): Entrant => ({ name, runtime: "node", take }),
  );
  if (!names.has(KCL)) return { entrants: chosen, noKcl: { missing: "it was not chosen", details: "" } };
  const kcl = await buildKcl();
  if ("missing" in kcl) return { entrants: chosen, noKcl: kcl };
  return {
    entrants: [...chosen, { name: KCL, runtime: "java", take: (turn) => takeKclTurn(kcl, turn) }],
    noKcl: undefined,
  };
}

async function takeNodeTurn(compiled: string, turn: Turn): Promise<Slice> {
  const child = fork(compiled, [JSON.stringify(turn)], { execArgv: [] });
  const ended = once(child, "exit");
  const slice = await messageOf<Slice>(child, turn.contender);
  await ended;
  return slice;
}
