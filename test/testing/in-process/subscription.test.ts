// A subscription as a program holds it: the ways to leave it, each of which must tell the service that the reader has gone.

import { getEventListeners } from "node:events";
import {
  type KinesisClient,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
  type SubscribeToShardEventStream,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { createInProcessClient } from "../../../src/testing/in-process/index.ts";
import { rejection } from "./local.ts";

/** A service that pushes what the test has it push. */
class PushingService {
  readonly #events: SubscribeToShardEvent[] = [];
  #wake: () => void = () => undefined;
  isClosed = false;

  push(...texts: string[]): void {
    for (const text of texts) {
      const record = { SequenceNumber: text, PartitionKey: "a", Data: Buffer.from(text) };
      this.#events.push({ Records: [record], ContinuationSequenceNumber: text, MillisBehindLatest: 0 });
    }
    this.#wake();
  }

  readonly subscription = {
    next: async (): Promise<SubscribeToShardEvent | undefined> => {
      while (this.#events.length === 0 && !this.isClosed) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return this.isClosed ? undefined : this.#events.shift();
    },
    close: (): void => {
      this.isClosed = true;
      this.#wake();
    },
  };

  client(): KinesisClient {
    const perform = (): Promise<never> => Promise.resolve(this.subscription as never);
    return createInProcessClient({ isAction: (_): _ is never => true, perform });
  }
}

async function subscribed(signal?: AbortSignal) {
  const service = new PushingService();
  const client = service.client();
  const command = new SubscribeToShardCommand({ ConsumerARN: "c", ShardId: "s", StartingPosition: { Type: "LATEST" } });
  const { EventStream } = await client.send(command, signal ? { abortSignal: signal } : {});
  const events = EventStream!;
  return { service, client, events, iterator: events[Symbol.asyncIterator]() };
}

const textsOf = (event: SubscribeToShardEventStream | undefined): string[] =>
  (event?.SubscribeToShardEvent?.Records ?? []).map(({ Data }) => Buffer.from(Data!).toString());

const END = { done: true, value: undefined };

describe("a subscription", () => {
  it("brings what the service pushes, until the service ends it", async () => {
    const { events, service } = await subscribed();
    service.push("paid", "sent");
    const texts: string[][] = [];
    for await (const event of events) {
      texts.push(textsOf(event));
      if (texts.length === 2) service.subscription.close();
    }
    expect(texts).toEqual([["paid"], ["sent"]]);
  });

  it("is left by leaving the loop, and another loop ends at once", async () => {
    const { events, service } = await subscribed();
    service.push("paid", "sent");
    for await (const event of events) {
      expect(textsOf(event)).toEqual(["paid"]);
      break;
    }
    expect(service.isClosed).toBe(true);
    for await (const event of events) expect.fail(`there is no ${textsOf(event).join()}`);
  });

  it("is left by return, also while the next event is waited for", async () => {
    const { iterator, service } = await subscribed();
    const next = iterator.next();
    expect(await iterator.return?.()).toEqual(END);
    expect(await next).toEqual(END);
    expect(service.isClosed).toBe(true);
    expect(await iterator.next()).toEqual(END);
  });

  it("is left by return before it was ever read", async () => {
    const { iterator, service } = await subscribed();
    await iterator.return?.();
    expect(service.isClosed).toBe(true);
    expect(await iterator.next()).toEqual(END);
  });

  it("is left by throw", async () => {
    const { iterator, service } = await subscribed();
    const error = new Error("why");
    expect(await rejection(iterator.throw!(error))).toBe(error);
    expect(service.isClosed).toBe(true);
  });

  it("is left by its signal while an event is waited for", async () => {
    const controller = new AbortController();
    const { iterator, service } = await subscribed(controller.signal);
    const next = iterator.next();
    controller.abort();
    expect(await rejection(next)).toMatchObject({ message: "aborted", code: "ECONNRESET" });
    expect(service.isClosed).toBe(true);
    expect(await iterator.next()).toEqual(END);
  });

  it("is left by its signal between two events, and the next call tells", async () => {
    const controller = new AbortController();
    const { iterator, service } = await subscribed(controller.signal);
    service.push("paid", "sent");
    expect(textsOf((await iterator.next()).value)).toEqual(["paid"]);
    controller.abort();
    expect(service.isClosed).toBe(true);
    expect(await rejection(iterator.next())).toMatchObject({ code: "ECONNRESET" });
    expect(await iterator.next()).toEqual(END);
  });

  it("is left by its signal before it was ever read", async () => {
    const controller = new AbortController();
    const { iterator, service } = await subscribed(controller.signal);
    controller.abort();
    expect(service.isClosed).toBe(true);
    expect(await rejection(iterator.next())).toMatchObject({ code: "ECONNRESET" });
  });

  it("is left by destroy of its client", async () => {
    const { client, iterator, service } = await subscribed();
    const next = iterator.next();
    client.destroy();
    expect(await rejection(next)).toMatchObject({ message: "aborted", code: "ECONNRESET" });
    expect(service.isClosed).toBe(true);
  });

  it("leaves its signal alone once it is over, and its signal leaves it alone", async () => {
    const controller = new AbortController();
    const { client, iterator, service } = await subscribed(controller.signal);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    service.subscription.close();
    expect(await iterator.next()).toEqual(END);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    controller.abort();
    client.destroy();
    expect(await iterator.next()).toEqual(END);
  });

  it("gives events in order to those who ask for several at once", async () => {
    const { iterator, service } = await subscribed();
    const asked = Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    service.push("paid", "sent", "back");
    expect((await asked).flatMap(({ value }) => textsOf(value))).toEqual(["paid", "sent", "back"]);
  });

  it("gives bytes of the reader's own", async () => {
    const { iterator, service } = await subscribed();
    const Data = Buffer.from("paid");
    service.subscription.next = () => Promise.resolve({ Records: [{ Data }] } as never);
    const { value } = await iterator.next();
    const read = (value as SubscribeToShardEventStream).SubscribeToShardEvent?.Records?.[0]?.Data;
    expect(read).toEqual(Uint8Array.from(Data));
    read!.fill(0x2e);
    expect(Data.toString()).toBe("paid");
  });

  it("shows a bug of the service as it is", async () => {
    const { iterator, service } = await subscribed();
    const bug = new RangeError("bug");
    service.subscription.next = () => Promise.reject(bug);
    expect(await rejection(iterator.next())).toBe(bug);
    expect(service.isClosed).toBe(true);
  });

  it("that comes after its caller has gone is closed", async () => {
    const service = new PushingService();
    let answer: (subscription: object) => void = () => undefined;
    const performed = new Promise<object>((resolve) => {
      answer = resolve;
    });
    const client = createInProcessClient({ isAction: (_): _ is never => true, perform: () => performed as never });
    const controller = new AbortController();
    const command = new SubscribeToShardCommand({
      ConsumerARN: "c",
      ShardId: "s",
      StartingPosition: { Type: "LATEST" },
    });
    const sent = client.send(command, { abortSignal: controller.signal });
    controller.abort();
    expect(await rejection(sent)).toMatchObject({ name: "AbortError" });
    answer(service.subscription);
    await performed;
    await Promise.resolve();
    expect(service.isClosed).toBe(true);
  });
});
