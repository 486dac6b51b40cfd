// SEEDS=10000 npm test -- test/simulation/storm runs so many; SEED=17 one, and leaves its history in .cache/.

import { describe, expect, it } from "vitest";
import { TROUBLES, troubleOf } from "./fault-plan.ts";
import { complaintsOf } from "./judges/index.ts";
import { keepHistory } from "./keep-history.ts";
import { storm } from "./scenarios/storm.ts";
import { isReplay, seeds } from "./seeds.ts";
import { type Evidence, simulate } from "./world.ts";

const SEEDS_BY_DEFAULT = 40;
const chosen = seeds(SEEDS_BY_DEFAULT);

/** What has happened in any of the runs, besides what always does. */
const met = new Set<string>();

describe("a stream in a storm keeps its promises, and calm after it brings everything through", () => {
  it.each(chosen)("seed $seed (replay: SEED=$seed npm test -- test/simulation/storm)", async ({ seed }) => {
    const evidence = await simulate(seed, storm);
    if (isReplay) keepHistory(evidence, storm.name);
    for (const happening of happenings(evidence)) met.add(happening);
    expect(evidence.ledger.everyAcknowledged.length, "an empty history proves nothing").toBeGreaterThan(100);
    expect(complaintsOf(evidence), `replay: SEED=${seed} npm test -- test/simulation/storm`).toEqual([]);
  });

  it.skipIf(chosen.length < SEEDS_BY_DEFAULT)(
    `in ${SEEDS_BY_DEFAULT} runs or more everything has happened that can go wrong`,
    () => {
      const expected = [
        ...Object.keys(TROUBLES),
        "a split",
        "a merge",
        "a change of the shard count",
        "a closed shard without records",
        "an entry stored twice",
        "a shard throttled by its limit",
        "a restarted reader",
        "a record delivered twice",
        "a step of the wall clock",
      ];
      expect([...met].sort()).toEqual(expected.sort());
    },
  );
});

function* happenings({ history, ledger, readers, snapshot, strikes }: Evidence): Iterable<string> {
  for (const strike of strikes) yield troubleOf(strike) ?? `an unknown fault: ${JSON.stringify(strike)}`;
  const shards = snapshot.flatMap((stream) => stream.shards);
  if (shards.some(({ childShardIds }) => childShardIds.length === 2)) yield "a split";
  if (shards.some(({ parentShardIds }) => parentShardIds.length === 2)) yield "a merge";
  if (shards.some(({ closedAt, records }) => closedAt && records.length === 0)) yield "a closed shard without records";
  const stored = shards.reduce((sum, { records }) => sum + records.length, 0);
  if (stored > ledger.everyAcknowledged.length) yield "an entry stored twice";
  const text = history.toString();
  if (text.includes("updates the count")) yield "a change of the shard count";
  if (text.includes("wall clock")) yield "a step of the wall clock";
  const isThrottled = /PutRecords .* [1-9]\d* refused/.test(text);
  if (isThrottled && !strikes.some(({ fault }) => fault.kind === "throttled")) yield "a shard throttled by its limit";
  for (const { distinctDelivered, events } of readers) {
    if (events.some(({ life }) => life > 1)) yield "a restarted reader";
    if (events.filter(({ type }) => type === "delivered").length > distinctDelivered) yield "a record delivered twice";
  }
}
