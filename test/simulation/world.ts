// A stream, a clock, and whoever acts on them, all from one seed: the same seed, the same history.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import {
  LocalKinesis,
  type LocalKinesisOptions,
  type StreamSnapshot,
  type Strike,
  VirtualClock,
} from "../../src/testing/index.ts";
import type { Random } from "../fuzz/random.ts";
import { History } from "./history.ts";
import { KitLog } from "./kit-log.ts";
import { Ledger } from "./ledger.ts";
import { randomFor } from "./random-for.ts";
import { ReaderLog } from "./reader-log.ts";
import { watchedClient } from "./watched-client.ts";

export interface Scenario {
  readonly name: string;
  /** How the stream is set up; it may differ from seed to seed. */
  readonly setUp: (random: Random) => LocalKinesisOptions;
  /** Sets the actors going. When it resolves, everyone has gone home. */
  readonly play: (world: World) => Promise<void>;
  /** How long it may take, in virtual time. */
  readonly limitMs: number;
}

/** All that a judge may look at. */
export interface Evidence {
  readonly seed: number;
  readonly history: History;
  readonly ledger: Pick<Ledger, "everyAcknowledged" | "everySent" | "outstanding">;
  readonly readers: readonly ReaderLog[];
  /** Of our own `StreamReader`s. */
  readonly kitReaders: readonly KitLog[];
  readonly snapshot: readonly StreamSnapshot[];
  readonly strikes: readonly Strike[];
  /** What was still there after everyone had gone home: it should be nothing. */
  readonly left: {
    readonly timers: number;
    readonly promises: number;
    /** That nobody handled. */
    readonly rejections: readonly string[];
  };
  readonly virtualMs: number;
}

/** What calls that were given up may still take in the service. */
const AFTERMATH_MS = 120_000;

export class World {
  readonly seed: number;
  readonly clock: VirtualClock = new VirtualClock();
  readonly kinesis: LocalKinesis;
  readonly history: History = new History();
  readonly ledger: Ledger = new Ledger();
  readonly readers: ReaderLog[] = [];
  readonly kitReaders: KitLog[] = [];
  readonly #burials: (() => void)[] = [];
  #underWay = 0;
  #fail: (error: unknown) => void = () => undefined;
  /** Rejects when an actor fails. */
  readonly failed: Promise<never> = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor(seed: number, scenario: Scenario) {
    this.seed = seed;
    const options = scenario.setUp(this.randomFor("stream"));
    this.kinesis = new LocalKinesis({ clock: this.clock, seed, ...options });
    // What never happens is no unhandled rejection, and what happens is raced for.
    this.failed.catch(() => undefined);
  }

  /** Dice of its own for each name. */
  randomFor(name: string): Random {
    return randomFor(this.seed, name);
  }

  log(who: string, what: string): void {
    this.history.add(this.clock.monotonicMs(), who, what);
  }

  client(who: string): KinesisClient {
    return watchedClient(this, who);
  }

  readerLog(name: string): ReaderLog {
    const log = new ReaderLog(name);
    this.readers.push(log);
    return log;
  }

  kitReaderLog(name: string): KitLog {
    const log = new KitLog(name);
    this.kitReaders.push(log);
    return log;
  }

  /** Counts something that must settle before the end; call what it returns then. */
  begin(): () => void {
    this.#underWay++;
    return () => {
      this.#underWay--;
    };
  }

  /** An actor. If it fails, the whole play does. */
  start(act: () => Promise<void>): Promise<void> {
    const acted = act().finally(this.begin());
    // Whoever awaits it later, or never: the play hears of it now.
    acted.catch(this.#fail);
    return acted;
  }

  /** Looks every second until it is so. */
  async until(what: string, isSo: () => boolean, withinMs: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + withinMs;
    while (!isSo()) {
      if (this.clock.monotonicMs() >= endMs) throw new Error(`not so after ${withinMs} ms of virtual time: ${what}`);
      await this.clock.sleep(1_000);
    }
    this.log("world", what);
  }

  /** Run when all is judged by: Node keeps a signal that somebody listens to for ever, and all that hangs on it. */
  afterwards(bury: () => void): void {
    this.#burials.push(bury);
  }

  bury(): void {
    for (const bury of this.#burials.splice(0)) bury();
  }

  get underWay(): number {
    return this.#underWay;
  }
}

export async function simulate(seed: number, scenario: Scenario): Promise<Evidence> {
  const world = new World(seed, scenario);
  const { clock, history, kinesis, kitReaders, ledger, readers } = world;
  const unseen: string[] = [];
  const onUnseen = (error: unknown): void => {
    unseen.push(String(error));
  };
  process.on("unhandledRejection", onUnseen);
  try {
    const play = world.start(() => scenario.play(world));
    await clock.runUntil(Promise.race([world.failed, play]), { limitMs: scenario.limitMs });
    const virtualMs = clock.monotonicMs();
    await clock.advance(AFTERMATH_MS);
    const left = { timers: clock.pending, promises: world.underWay, rejections: unseen };
    const snapshot = kinesis.snapshot();
    const strikes = kinesis.faults.log;
    for (const { action, atMs, fault } of strikes)
      history.add(atMs - Date.UTC(2026, 0, 1), "fault", `${fault.kind} ${action}`);
    return { seed, history, ledger, readers, kitReaders, snapshot, strikes, left, virtualMs };
  } catch (error) {
    const tail = history.lines.slice(-30).join("\n");
    throw new Error(`seed ${seed} of ${scenario.name} failed; its last events:\n${tail}`, { cause: error });
  } finally {
    process.off("unhandledRejection", onUnseen);
    world.bury();
    await kinesis.close();
  }
}
