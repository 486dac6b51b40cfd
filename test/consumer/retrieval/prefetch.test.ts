import { describe, expect, it } from "vitest";
import {
  type HeldPage,
  type Page,
  PrefetchBudget,
  PrefetchedPages,
  type ShardPages,
} from "../../../src/consumer/retrieval/index.ts";
import { rejection } from "./polling-stream.ts";

function never(): AbortSignal {
  return new AbortController().signal;
}

/** A shard that gives what a test lets it give. */
class ScriptedPages implements ShardPages {
  asked = 0;
  #waiting: { resolve(page: Page): void; reject(error: unknown): void } | undefined;

  next(): Promise<Page> {
    this.asked++;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async give(bytes: number, { isLast = false, millisBehindLatest = 0 } = {}): Promise<void> {
    const records = bytes > 0 ? [{ SequenceNumber: `${this.asked}`, PartitionKey: "k", Data: new Uint8Array(0) }] : [];
    this.#waiting!.resolve({ records, bytes, millisBehindLatest, ...(isLast ? { childShards: [] } : {}) });
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.#waiting!.reject(error);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function budgetOf(maxBytes: number, maxRecords = 1_000): PrefetchBudget {
  return new PrefetchBudget({ maxBytes, maxRecords });
}

function shardOf(budget: PrefetchBudget, signal = never()): { source: ScriptedPages; pages: PrefetchedPages } {
  const source = new ScriptedPages();
  return { source, pages: new PrefetchedPages(source, budget, signal) };
}

/** A page of some other shard. */
async function holding(budget: PrefetchBudget, bytes: number): Promise<Pick<HeldPage, "release">> {
  const reservation = await budget.reserve({ expectedBytes: bytes, isAhead: false }, never());
  reservation.fill(bytes, 1);
  return reservation;
}

async function take({ pages, source }: ReturnType<typeof shardOf>, bytes: number): Promise<HeldPage> {
  const next = pages.next();
  await settled();
  await source.give(bytes);
  return next;
}

describe("a shard's pages are fetched ahead", () => {
  it("not before somebody asks for the first", async () => {
    const { source } = shardOf(budgetOf(100));
    await settled();
    expect(source.asked).toBe(0);
  });

  it("two besides the one that is processed, and no more until it is asked for the next", async () => {
    const shard = shardOf(budgetOf(1_000_000));
    const { pages, source } = shard;
    await take(shard, 10);
    await source.give(10);
    await source.give(10);
    expect(source.asked).toBe(3);
    await pages.next();
    await settled();
    expect(source.asked).toBe(4);
  });

  it.each([
    [262_143, 3],
    [262_144, 2],
  ])("of %i bytes each: %i are asked for, the one that is processed among them", async (bytes, asked) => {
    const shard = shardOf(budgetOf(10_000_000));
    await take(shard, 10);
    await shard.source.give(bytes);
    expect(shard.source.asked).toBe(asked);
    await shard.pages.next();
    await settled();
    expect(shard.source.asked, "goes on when it is taken").toBe(3);
  });

  it("of several empty ones in a row the last says all", async () => {
    const shard = shardOf(budgetOf(1_000_000));
    await take(shard, 10);
    for (const behind of [3, 2, 1]) await shard.source.give(0, { millisBehindLatest: behind });
    expect((await shard.pages.next()).page.millisBehindLatest).toBe(1);
  });

  it("none after the last, and an error after all that came before it", async () => {
    const ending = shardOf(budgetOf(1_000_000));
    await take(ending, 10);
    await ending.source.give(10, { isLast: true });
    expect((await ending.pages.next()).page.childShards).toEqual([]);
    expect(ending.source.asked).toBe(2);

    const failing = shardOf(budgetOf(1_000_000));
    await take(failing, 10);
    await failing.source.give(20);
    await failing.source.fail(new Error("gone"));
    expect((await failing.pages.next()).page.bytes).toBe(20);
    expect(await rejection(failing.pages.next())).toMatchObject({ message: "gone" });
  });
});

describe("the budget is of all shards together", () => {
  it("a page that does not fit is not asked for, until another is given back", async () => {
    const budget = budgetOf(100);
    const other = shardOf(budget);
    const held = await holding(budget, 90);
    const next = other.pages.next();
    await settled();
    expect(other.source.asked).toBe(0);
    held.release();
    await settled();
    expect(other.source.asked).toBe(1);
    await other.source.give(10);
    expect((await next).page.bytes).toBe(10);
  });

  it("counts records too", async () => {
    const budget = budgetOf(1_000_000, 1);
    const other = shardOf(budget);
    const held = await holding(budget, 10);
    void other.pages.next();
    await settled();
    expect(other.source.asked).toBe(0);
    held.release();
    await settled();
    expect(other.source.asked).toBe(1);
  });

  it("one page is always let through, however large", async () => {
    const shard = shardOf(budgetOf(1));
    const held = await take(shard, 10_000_000);
    held.release();
    expect((await take(shard, 10_000_000)).page.bytes).toBe(10_000_000);
  });

  it("a page given back twice, or after the end, counts once", async () => {
    const budget = budgetOf(1_000);
    const shard = shardOf(budget);
    const held = await take(shard, 10);
    held.release();
    held.release();
    await shard.source.give(20);
    expect(budget.bytes).toBe(20 + 20); // one that is ready, and one that is expected to be like it
  });

  it("a hundred shards begin with as many of the largest pages as there is room for, and no more", async () => {
    const budget = budgetOf(64 * 1_048_576);
    const shards = Array.from({ length: 100 }, () => shardOf(budget));
    for (const { pages } of shards) void pages.next();
    await settled();
    const asked = (): number => shards.filter(({ source }) => source.asked > 0).length;
    expect(asked()).toBe(6);
    for (const { source } of shards.slice(0, 6)) await source.give(10_485_760);
    expect(asked()).toBe(6);
    expect(budget.bytes).toBeLessThanOrEqual(64 * 1_048_576);
  });

  it("a thousand idle shards do not wait for each other: at the tip little room is held", async () => {
    const budget = budgetOf(64 * 1_048_576);
    const shards = Array.from({ length: 1_000 }, () => shardOf(budget));
    for (const { pages } of shards) void pages.next();
    for (let round = 0; round < 20; round++) {
      await settled();
      for (const { source } of shards) if (source.asked === 1) await source.give(0).catch(() => undefined);
      if (shards.every(({ source }) => source.asked >= 1)) break;
    }
    await settled();
    for (const { pages } of shards) void pages.next();
    await settled();
    expect(shards.filter(({ source }) => source.asked >= 2)).toHaveLength(1_000);
  });
});

describe("half of the room is for shards whose user has no page", () => {
  it("the pages ahead of slow users leave it to the others", async () => {
    const budget = budgetOf(100);
    const [slow, other] = [shardOf(budget), shardOf(budget)];
    await take(slow, 30);
    expect(slow.source.asked, "30 held and 30 ahead are more than half").toBe(1);
    const ahead = budget.reserve({ expectedBytes: 70, isAhead: false }, never());
    expect((await ahead) === undefined, "70 more fit for who has none").toBe(false);
    void other.pages.next();
    await settled();
    expect(other.source.asked).toBe(0);
  });

  it("a user who is done while a page ahead waits for room has none any more: it is let through", async () => {
    const budget = budgetOf(100);
    const quick = shardOf(budget);
    const first = await take(quick, 30);
    expect(quick.source.asked).toBe(1);
    await holding(budget, 60); // by one who never comes back
    first.release();
    await settled();
    expect(quick.source.asked).toBe(2);
  });

  it("an empty page is nothing that its user would work on", async () => {
    const shard = shardOf(budgetOf(100));
    await take(shard, 0);
    expect(shard.pages.isAhead).toBe(false);
    void shard.pages.next();
    await settled();
    await shard.source.give(10);
    expect(shard.pages.isAhead).toBe(true);
  });
});

describe("what is not wanted any more", () => {
  it("is given back when a shard is left: what is ready, and what comes after all", async () => {
    const budget = budgetOf(1_000);
    const shard = shardOf(budget);
    const held = await take(shard, 10);
    await shard.source.give(10);
    shard.pages.close();
    held.release();
    await shard.source.give(10);
    expect(budget.bytes).toBe(0);
  });

  it("no more is waited for after the signal, and who waited behind may pass", async () => {
    const budget = budgetOf(100);
    const leaving = new AbortController();
    const [left, behind] = [shardOf(budget, leaving.signal), shardOf(budget)];
    const held = await holding(budget, 90);
    const next = rejection(left.pages.next());
    void behind.pages.next();
    leaving.abort(new Error("left"));
    expect(await next).toMatchObject({ message: "left" });
    held.release();
    await settled();
    expect([left.source.asked, behind.source.asked]).toEqual([0, 1]);
  });

  it("an error of the source gives its room back", async () => {
    const budget = budgetOf(100);
    const shard = shardOf(budget);
    const next = rejection(shard.pages.next());
    await settled();
    await shard.source.fail(new Error("gone"));
    expect(await next).toMatchObject({ message: "gone" });
    expect(budget.bytes).toBe(0);
  });
});
