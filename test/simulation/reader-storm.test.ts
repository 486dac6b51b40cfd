// SEEDS=10000 npm test -- test/simulation/reader-storm runs so many; SEED=17 one, and leaves its history in .cache/.

import { describe, expect, it } from "vitest";
import { TROUBLES } from "./fault-plan.ts";
import { kitComplaintsOf } from "./judges/index.ts";
import { keepHistory } from "./keep-history.ts";
import { kitHappenings } from "./kit-happenings.ts";
import { readerStorm } from "./scenarios/reader-storm.ts";
import { isReplay, seeds } from "./seeds.ts";
import { simulate } from "./world.ts";

const SEEDS_BY_DEFAULT = 40;
const chosen = seeds(SEEDS_BY_DEFAULT);

/** What has happened in any of the runs, besides what always does. */
const met = new Set<string>();

describe("a StreamReader in a storm keeps its promises, life after life", () => {
  it.each(chosen)("seed $seed (replay: SEED=$seed npm test -- test/simulation/reader-storm)", async ({ seed }) => {
    const evidence = await simulate(seed, readerStorm);
    if (isReplay) keepHistory(evidence, readerStorm.name);
    for (const happening of kitHappenings(evidence)) met.add(happening);
    const given = evidence.kitReaders.flatMap(({ events }) => events.filter(({ type }) => type === "delivered"));
    expect(evidence.ledger.everyAcknowledged.length, "an empty history proves nothing").toBeGreaterThan(50);
    expect(given.length, "an empty history proves nothing").toBeGreaterThan(25);
    expect(kitComplaintsOf(evidence), `replay: SEED=${seed} npm test -- test/simulation/reader-storm`).toEqual([]);
  });

  it.skipIf(chosen.length < SEEDS_BY_DEFAULT)(
    `in ${SEEDS_BY_DEFAULT} runs or more everything has happened that can go wrong`,
    () => {
      const expected = [
        ...Object.keys(TROUBLES),
        "a split",
        "a merge",
        "a step of the wall clock",
        ...["loop", "shards", "processor", "record"].flatMap((form) => [
          `${form}: stop`,
          `${form}: abort`,
          `${form}: crash`,
        ]),
        "loop: break",
        "shards: break",
        "a shard's own loop left",
        "a life that failed: UserError",
        "a life that failed: StoreError",
        "a life that failed: KPL_KIT_PROCESSING_FAILED",
        "a life that failed: KPL_KIT_CHECKPOINT_FAILED",
        "a start inside an aggregate",
        "a start at a time",
        "a start of a shard that was stored as ended",
        "a record delivered in two lives",
        "a record delivered twice in one life",
        "told: abandoned",
        "told: call-failed",
        "told: checkpoint-failed",
        "told: iterator-expired",
        "told: position-trimmed",
        "told: processing-failed",
        "told: record-given-up diverted",
        "told: record-given-up skipped",
        "told: shard-ended",
        "told: subscription-ended ended",
        "told: subscription-ended failed",
        "told: subscription-ended silent",
      ];
      expect(expected.filter((happening) => !met.has(happening))).toEqual([]);
    },
  );
});

describe("a seed of it", () => {
  it("makes the same history twice", async () => {
    for (const seed of [3, 5]) {
      const [first, second] = [await simulate(seed, readerStorm), await simulate(seed, readerStorm)];
      expect(second.history.toString()).toBe(first.history.toString());
    }
  });
});
