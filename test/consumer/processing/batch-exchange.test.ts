import { describe, expect, it } from "vitest";
import { BatchExchange } from "../../../src/consumer/processing/index.ts";

const NEVER = new AbortController().signal;

/** What has happened to a promise so far. */
function fateOf(promise: Promise<unknown>): { what: unknown } {
  const fate: { what: unknown } = { what: "open" };
  promise.then(
    () => (fate.what = "done"),
    (error: unknown) => (fate.what = error),
  );
  return fate;
}

/** All promises that can settle by themselves have. */
async function settled(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
}

/** Offers a batch of this name; which were made is told in `made`. */
function offering(): {
  readonly exchange: BatchExchange<string>;
  readonly made: string[];
  readonly offer: (item: string, signal?: AbortSignal) => { what: unknown };
} {
  const exchange = new BatchExchange<string>();
  const made: string[] = [];
  const offer = (item: string, signal = NEVER): { what: unknown } => {
    const make = (): string => {
      made.push(item);
      return item;
    };
    return fateOf(exchange.offer(make, signal));
  };
  return { exchange, made, offer };
}

describe("batches come one at a time, in the order of offering", () => {
  it("a shard goes on when the loop comes back, not when it takes", async () => {
    const { exchange, offer } = offering();
    const [first, second] = [offer("first"), offer("second")];
    expect(await exchange.next()).toEqual({ done: false, value: "first" });
    await settled();
    expect([first.what, second.what]).toEqual(["open", "open"]);
    expect(await exchange.next()).toEqual({ done: false, value: "second" });
    await settled();
    expect([first.what, second.what]).toEqual(["done", "open"]);
  });

  it("a loop that asks first gets what is offered first", async () => {
    const { exchange, offer } = offering();
    const next = exchange.next();
    offer("first");
    offer("second");
    expect(await next).toEqual({ done: false, value: "first" });
  });

  it("a shard that is released goes on though the loop does not ask for more", async () => {
    const { exchange, made, offer } = offering();
    const [first] = [offer("first"), offer("second")];
    await exchange.next();
    exchange.release();
    await settled();
    expect(first.what).toBe("done");
    expect(made).toEqual(["first"]);
  });
});

describe("a batch is made when the loop is there for it", () => {
  it("not when it is offered, nor while the one before it is in the loop", async () => {
    const { exchange, made, offer } = offering();
    offer("first");
    offer("second");
    await settled();
    expect(made).toEqual([]);
    await exchange.next();
    await settled();
    expect(made).toEqual(["first"]);
  });

  it("what turns out to be empty is done with at once, and the loop gets the next", async () => {
    const { exchange, offer } = offering();
    const empty = fateOf(exchange.offer(() => undefined, NEVER));
    offer("full");
    expect(await exchange.next()).toEqual({ done: false, value: "full" });
    await settled();
    expect(empty.what).toBe("done");
  });

  it("what cannot be made is told to who offered it, and the loop gets the next", async () => {
    const { exchange, offer } = offering();
    const spoilt = new Error("no aggregate");
    const broken = fateOf(
      exchange.offer(() => {
        throw spoilt;
      }, NEVER),
    );
    offer("sound");
    expect(await exchange.next()).toEqual({ done: false, value: "sound" });
    await settled();
    expect(broken.what).toBe(spoilt);
  });
});

describe("an abort takes back what nobody has taken", () => {
  const why = new Error("the reader stops");

  it("before it is taken: rejected with the reason, never made, and not in the loop's way", async () => {
    const { exchange, made, offer } = offering();
    const aborting = new AbortController();
    const waiting = offer("waiting", aborting.signal);
    offer("other");
    aborting.abort(why);
    await settled();
    expect(waiting.what).toBe(why);
    expect(await exchange.next()).toEqual({ done: false, value: "other" });
    expect(made).toEqual(["other"]);
  });

  it("after it was taken: it is the loop's, and done when the loop comes back", async () => {
    const { exchange, offer } = offering();
    const aborting = new AbortController();
    const taken = offer("taken", aborting.signal);
    await exchange.next();
    aborting.abort(why);
    await settled();
    expect(taken.what).toBe("open");
    exchange.release();
    await settled();
    expect(taken.what).toBe("done");
  });

  it("before it is offered: rejected with the reason", async () => {
    const { exchange, made, offer } = offering();
    const refused = offer("late", AbortSignal.abort(why));
    exchange.close();
    expect(await exchange.next()).toEqual({ done: true, value: undefined });
    expect(refused.what).toBe(why);
    expect(made).toEqual([]);
  });
});

describe("a closed exchange ends the loop", () => {
  it("one that waits, and every time that it asks again", async () => {
    const { exchange } = offering();
    const waiting = exchange.next();
    exchange.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await exchange.next()).toEqual({ done: true, value: undefined });
  });

  it("not before it had what was offered", async () => {
    const { exchange, offer } = offering();
    offer("last");
    exchange.close();
    expect(await exchange.next()).toEqual({ done: false, value: "last" });
    expect(await exchange.next()).toEqual({ done: true, value: undefined });
  });

  it("with an error: told once, to the first who asks", async () => {
    const { exchange } = offering();
    const lost = new Error("the stream was deleted");
    const both = [exchange.next(), exchange.next()];
    exchange.close({ error: lost });
    expect(await Promise.allSettled(both)).toEqual([
      { status: "rejected", reason: lost },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
    expect(await exchange.next()).toEqual({ done: true, value: undefined });
  });

  it("as it was closed first", async () => {
    const { exchange } = offering();
    exchange.close();
    exchange.close({ error: new Error("too late") });
    expect(await exchange.next()).toEqual({ done: true, value: undefined });
  });
});
