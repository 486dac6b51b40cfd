// Many lives of a `StreamReader`, each by the dice another kind of one, with nothing in common but the checkpoint store.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { type ConsumerEvent, StreamReader } from "../../../src/consumer/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { JournaledStore } from "../journaled-store.ts";
import type { KitLog } from "../kit-log.ts";
import { Lifeline } from "../lifeline.ts";
import type { World } from "../world.ts";
import { FORMS } from "./kit-forms.ts";
import { calmLife, type LifePlan, mayOutliveStorm, stormyLife } from "./kit-life-plan.ts";
import { KitUser } from "./kit-user.ts";

export interface KitReaderRole {
  readonly name: string;
  readonly streamName: string;
  /** Its lives in the storm are shorter than this; the last may outlive the storm. */
  readonly longestLifeMs: number;
  readonly stormMs: number;
  /** Nobody lives between these moments. */
  readonly absence: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly stop: AbortSignal;
}

/** They would fill the history, and other lines tell the same. */
const FREQUENT: ReadonlySet<ConsumerEvent["type"]> = new Set(["page-retrieved", "batch-processed", "checkpointed"]);
/** A loop that waits for its next batch cannot leave itself; then its iterator is told to return. */
const BREAK_MS = 5_000;

export async function liveKitLives(world: World, role: KitReaderRole): Promise<void> {
  const { clock } = world;
  const { absence, name, stop, stormMs } = role;
  const random = world.randomFor(name);
  const log = world.kitReaderLog(name);
  const isStormy = (): boolean => clock.monotonicMs() < stormMs;
  const store = new JournaledStore({ world, log, random: world.randomFor(`${name} store`), isStormy });
  for (let life = 1; !stop.aborted; life++) {
    const nowMs = clock.monotonicMs();
    if (absence && nowMs >= absence.fromMs && nowMs < absence.toMs) {
      await clock.sleep(absence.toMs - nowMs, stop).catch(() => undefined);
      continue;
    }
    const plan = isStormy() ? stormyLife(random) : calmLife(random);
    const end = lifeEnd(world, role, plan, random);
    await new KitLife({ world, role, plan, life, log, store, random, isStormy }).live(end);
    if (!stop.aborted) await clock.sleep(random.int(2_000), stop).catch(() => undefined);
  }
}

/** Resolves when the life is to end. */
function lifeEnd(
  { clock }: World,
  role: KitReaderRole,
  plan: LifePlan,
  random: Random,
): (over: AbortSignal) => Promise<void> {
  const { absence, longestLifeMs, stop, stormMs } = role;
  const nowMs = clock.monotonicMs();
  const lifeMs = 1 + random.int(longestLifeMs);
  const isEndless = nowMs >= stormMs || (nowMs + lifeMs >= stormMs && mayOutliveStorm(plan));
  const untilMs = isEndless ? Number.POSITIVE_INFINITY : Math.min(nowMs + lifeMs, stormMs);
  const leaveMs = absence && nowMs < absence.fromMs ? Math.min(untilMs, absence.fromMs) : untilMs;
  return (over) => clock.sleep(leaveMs - nowMs, AbortSignal.any([stop, over])).catch(() => undefined);
}

interface KitLifeOptions {
  readonly world: World;
  readonly role: KitReaderRole;
  readonly plan: LifePlan;
  readonly life: number;
  readonly log: KitLog;
  readonly store: JournaledStore;
  readonly random: Random;
  readonly isStormy: () => boolean;
}

class KitLife {
  readonly #options: KitLifeOptions;
  readonly #line: Lifeline;
  readonly #aborting: AbortController = new AbortController();
  readonly #client: KinesisClient;
  readonly #reader: StreamReader;
  readonly #user: KitUser;
  #calls = 0;

  constructor(options: KitLifeOptions) {
    const { isStormy, life, log, plan, random, role, store, world } = options;
    this.#options = options;
    this.#line = new Lifeline(world.clock);
    this.#client = world.client(role.name);
    this.#user = new KitUser({ world, log, life, plan, random, line: new Lifeline(world.clock), isStormy });
    const readerRandom = world.randomFor(`${role.name} life ${life}`);
    this.#reader = new StreamReader({
      kinesis: { send: (command, sendOptions) => this.#send(command, sendOptions) },
      streamName: role.streamName,
      initialPosition: plan.initialPosition,
      checkpointStore: store.of(life, this.#line),
      retrieval: plan.fanOut ? { consumerName: role.name } : "polling",
      maxRecords: plan.maxRecords,
      idleTimeBetweenReads: plan.idleTimeBetweenReads,
      respectReadLimits: plan.respectReadLimits,
      prefetch: plan.prefetch,
      retry: plan.retry,
      checkpointInterval: plan.checkpointInterval,
      shutdownTimeout: plan.shutdownTimeout,
      onEvent: (event) => {
        if (this.#line.isCut) return;
        log.add({ type: "told", life, event });
        if (!FREQUENT.has(event.type)) world.log(log.name, `says ${textOf(event)}`);
      },
      clock: this.#line,
      random: () => readerRandom.int(1_000_000) / 1_000_000,
      signal: this.#aborting.signal,
    });
  }

  async live(untilEnd: (over: AbortSignal) => Promise<void>): Promise<void> {
    const { life, log, plan, store, world } = this.#options;
    const { end, fanOut, form, per } = plan;
    const order = form === "record" ? per : "shard";
    log.add({ type: "begun", life, form, order });
    world.log(log.name, `begins life ${life}: ${form} by ${fanOut ? "fan-out" : "polling"}, to end by ${end}`);
    const over = new AbortController();
    let error: string | undefined;
    const consumed = FORMS[form](this.#reader, this.#user)
      .catch((thrown: unknown) => {
        error = nameOf(thrown);
      })
      .finally(() => over.abort());
    const done = world.begin();
    await untilEnd(over.signal);

    const startMs = world.clock.monotonicMs();
    const endsByItself = over.signal.aborted;
    if (end === "crash" && !endsByItself) {
      this.#crash();
      done();
    } else {
      await this.#end(over.signal);
      void consumed.then(done);
    }
    // What was aborted says so within the turn.
    await world.clock.sleep(0);
    log.add({
      type: "over",
      life,
      how: endsByItself ? "by itself" : end,
      error,
      hasLeft: this.#user.hasLeft,
      tookMs: world.clock.monotonicMs() - startMs,
      allowedMs: this.#allowedMs,
      timers: this.#line.timers,
      calls: this.#line.isCut ? 0 : this.#calls,
    });
    world.log(log.name, `ends life ${life}${endsByItself ? " by itself" : ""}: ${error ?? "all well"}`);
    this.#client.destroy();
    // A request that is on its way can land after the next life's, whatever the reader does.
    while (store.underWay > 0) await world.clock.sleep(10);
  }

  async #end(over: AbortSignal): Promise<void> {
    const { random, world } = this.#options;
    const { end, form } = this.#options.plan;
    const stopped = world.begin();
    if (end === "abort") this.#aborting.abort();
    if (end === "break" && (form === "loop" || form === "shards") && !over.aborted) {
      this.#user.wantsBreak = true;
      await world.clock.sleep(BREAK_MS, over).catch(() => undefined);
      if (!over.aborted) await this.#user.leave();
    }
    const twice = random.once(3) ? this.#reader.stop() : undefined;
    await this.#reader.stop();
    await twice;
    stopped();
    // What is late may finish its record.
    this.#user.wantsBreak = true;
  }

  #crash(): void {
    this.#options.world.afterwards(() => this.#aborting.abort());
    this.#line.cut();
    this.#user.line.cut();
    this.#client.destroy();
  }

  get #allowedMs(): number {
    const { end, shutdownTimeout } = this.#options.plan;
    return shutdownTimeout + (end === "break" ? BREAK_MS : 0);
  }

  async #send(command: never, options: { abortSignal?: AbortSignal } | undefined): Promise<unknown> {
    if (this.#line.isCut) return new Promise(() => undefined);
    this.#calls++;
    const sent = this.#client.send(command, options ?? {}) as Promise<unknown>;
    return this.#line.through(
      sent.finally(() => {
        this.#calls--;
      }),
    );
  }
}

function textOf(event: ConsumerEvent): string {
  const { type, ...told } = event;
  const text = JSON.stringify(told, (name, value: unknown) => (name === "failure" ? undefined : value));
  return `${type} ${"error" in event ? text.replace('"error":{}', `"error":"${String(event.error)}"`) : text}`;
}

function nameOf(error: unknown): string {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  return code ?? name ?? String(error);
}
