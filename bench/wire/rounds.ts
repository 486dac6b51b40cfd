// Round after round each contender has its turn, in a fresh process and a fresh order, so that neither a busy machine nor
// what the compiler has learnt favours one; ratios are taken within a round.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../child-message.ts";
import { type Random, shuffled } from "../random.ts";
import { CONTENDERS } from "./contenders/index.ts";
import { SMALLEST } from "./loads.ts";
import type { SinkAddress } from "./sink.ts";
import type { Seat, Slice, Turn } from "./turn.ts";

export type Transport = "plain" | "tls";

export interface RoundsOptions extends Pick<Turn, "sliceMs" | "inFlight"> {
  readonly rounds: number;
  readonly warmUpCalls: number;
  readonly random: Random;
  /** Loads to measure, by transport. */
  readonly loads: ReadonlyMap<Transport, readonly string[]>;
  readonly onRound: (round: number) => void;
}

/** By transport, load and contender; of each round one. */
export type Slices = ReadonlyMap<Transport, ReadonlyMap<string, ReadonlyMap<string, readonly Slice[]>>>;

const SINK = fileURLToPath(new URL("sink.ts", import.meta.url));
const TURN = fileURLToPath(new URL("turn.ts", import.meta.url));

export async function measureInRounds(options: RoundsOptions): Promise<Slices> {
  const { inFlight, loads, onRound, random, rounds, sliceMs, warmUpCalls } = options;
  const slices = noSlices(loads);
  const folder = mkdtempSync(join(tmpdir(), "bench-wire-"));
  const sink = fork(SINK, { execArgv: ["--import", "tsx"] });
  try {
    const address = await messageOf<SinkAddress>(sink, "the sink");
    const certificate = join(folder, "certificate.pem");
    writeFileSync(certificate, address.certificate);
    for (let round = 1; round <= rounds; round++) {
      onRound(round);
      for (const [transport, names] of loads) {
        const seatOf = (load: string): Seat => ({ load, endpoints: address[transport][load]! }); // it has all
        const warmUp = { ...seatOf(SMALLEST), calls: warmUpCalls };
        // In the same order for all.
        const seats = shuffled(names, random).map(seatOf);
        for (const { name: contender } of shuffled(CONTENDERS, random)) {
          const turn: Turn = { contender, loads: seats, warmUp, sliceMs, inFlight };
          for (const slice of await sliceOf(turn, certificate)) {
            slices.get(transport)!.get(slice.load)!.get(contender)!.push(slice); // made above
          }
        }
      }
    }
    return slices;
  } finally {
    sink.disconnect();
    rmSync(folder, { recursive: true });
  }
}

function noSlices(loads: RoundsOptions["loads"]): Map<Transport, Map<string, Map<string, Slice[]>>> {
  const ofLoads = (names: readonly string[]) => new Map(names.map((name) => [name, ofContenders()]));
  const ofContenders = () => new Map<string, Slice[]>(CONTENDERS.map(({ name }) => [name, []]));
  return new Map([...loads].map(([transport, names]) => [transport, ofLoads(names)]));
}

async function sliceOf(turn: Turn, certificate: string): Promise<Slice[]> {
  const child = fork(TURN, [JSON.stringify(turn)], {
    execArgv: ["--import", "tsx", "--expose-gc"],
    env: {
      ...process.env,
      // Trusted from outside: no client is set up otherwise than its users do.
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  const ended = once(child, "exit");
  const slices = await messageOf<Slice[]>(child, turn.contender);
  await ended;
  return slices;
}
