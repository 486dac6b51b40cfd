// Where reading starts: TRIM_HORIZON, LATEST, a time, a stored position.

import { describe, expect, it } from "vitest";
import { PollingStream } from "./polling-stream.ts";

const DAY_MS = 86_400_000;

describe("reading starts", () => {
  it("at TRIM_HORIZON: with the oldest record there is", async () => {
    const stream = new PollingStream();
    await stream.put(["a", "b"]);
    expect(await stream.read(stream.open(), 1)).toEqual(["a", "b"]);
  });

  it("at LATEST: with what comes after the first call", async () => {
    const stream = new PollingStream();
    await stream.put(["before"]);
    const pages = stream.open({ start: { sequenceNumber: "LATEST" } });
    expect(await stream.read(pages, 1)).toEqual([]);
    await stream.put(["after"]);
    expect(await stream.read(pages, 1)).toEqual(["after"]);
  });

  it("at a time: with what arrived then or later", async () => {
    const stream = new PollingStream();
    await stream.put(["a"]);
    await stream.clock.advance(1_000);
    const timestamp = new Date(stream.clock.now());
    await stream.put(["b", "c"]);
    const pages = stream.open({ start: { sequenceNumber: "AT_TIMESTAMP", timestamp } });
    expect(await stream.read(pages, 1)).toEqual(["b", "c"]);
  });

  it("at a stored position: with that record again, for half of it may not be processed", async () => {
    const stream = new PollingStream();
    const [, sequenceNumber = ""] = await stream.put(["a", "b", "c"]);
    const pages = stream.open({ start: { sequenceNumber, subSequenceNumber: 7 } });
    expect(await stream.read(pages, 1)).toEqual(["b", "c"]);
    expect(stream.refused).toEqual([]);
  });

  it("at a time that the service has not reached, because our clock is ahead: at LATEST", async () => {
    const stream = new PollingStream();
    await stream.put(["before"]);
    stream.clock.jump(600_000);
    const timestamp = new Date(stream.clock.now());
    const pages = stream.open({ start: { sequenceNumber: "AT_TIMESTAMP", timestamp } });
    expect(await stream.read(pages, 1)).toEqual([]);
    await stream.put(["after"]);
    expect(await stream.read(pages, 1)).toEqual(["after"]);
    expect(stream.refused).toEqual([]);
  });

  it("nowhere after the end of a shard, nor at a time that is not told", () => {
    const stream = new PollingStream();
    for (const sequenceNumber of ["SHARD_END", "AT_TIMESTAMP"]) {
      expect(() => stream.open({ start: { sequenceNumber } })).toThrow(
        expect.objectContaining({ code: "KPL_KIT_INVALID_POSITION" }),
      );
    }
  });
});

describe("a stored position", () => {
  it("that is none of this stream: its owner is told, and the shard is read from its beginning", async () => {
    const stream = new PollingStream();
    const start = { sequenceNumber: "49671234567890123456789012345678901234567890123456789012" };
    await stream.put(["a", "b"]);
    const pages = stream.open({ start });
    expect(await stream.read(pages, 1)).toEqual(["a", "b"]);
    expect(stream.refused).toEqual([expect.objectContaining({ name: "InvalidArgumentException" })]);
    await stream.put(["c"]);
    expect(await stream.read(pages, 1)).toEqual(["c"]);
  });

  it("is told to be refused once, though nothing came and a new iterator is taken", async () => {
    const stream = new PollingStream();
    const pages = stream.open({ start: { sequenceNumber: "17" } });
    await stream.read(pages, 1);
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    await stream.read(pages, 1);
    expect(stream.refused).toHaveLength(1);
  });

  it("of a record that was fetched and is not taken any more: the rest of the shard comes, without what was fetched", async () => {
    const stream = new PollingStream();
    await stream.put(["a", "b", "c"]);
    const pages = stream.open({ maxRecords: 1 });
    expect(await stream.read(pages, 2)).toEqual(["a", "b"]);
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "expired-iterator" } });
    stream.local.faults.inject({
      action: "GetShardIterator",
      fault: { kind: "error", name: "InvalidArgumentException" },
    });
    expect(await stream.read(pages, 3)).toEqual(["c"]);
    expect(stream.refused).toHaveLength(1);
  });

  it("that retention has trimmed: reading starts with what is left", async () => {
    const stream = new PollingStream();
    const [sequenceNumber = ""] = await stream.put(["a", "b"]);
    await stream.clock.advance(DAY_MS + 1);
    await stream.put(["c"]);
    expect(await stream.read(stream.open({ start: { sequenceNumber } }), 1)).toEqual(["c"]);
  });

  it("that is refused, and the beginning of the shard as well: reading fails", async () => {
    const stream = new PollingStream();
    stream.local.faults.inject({
      action: "GetShardIterator",
      fault: { kind: "error", name: "InvalidArgumentException" },
      times: 2,
    });
    const read = stream.next(stream.open({ start: { sequenceNumber: "17" } }));
    await expect(read).rejects.toMatchObject({ code: "KPL_KIT_READ_FAILED", operation: "GetShardIterator" });
    expect(stream.refused).toHaveLength(1);
  });
});

describe("a stream that is known by its ARN", () => {
  it("is called by it, and never by its name", async () => {
    const stream = new PollingStream();
    const arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    await stream.split();
    stream.local.faults.inject({ action: "GetRecords", fault: { kind: "error", name: "ResourceNotFoundException" } });
    const target = { name: "orders", arn, input: { StreamARN: arn }, inputBesideToken: { StreamARN: arn } };
    await stream.read(stream.open({ stream: target }));
    const reads = stream.called.filter(({ name }) => /getShardIterator|getRecords|listShards/.test(name));
    expect(new Set(reads.map(({ name }) => name)).size).toBe(3);
    for (const { input } of reads) {
      expect(input).toMatchObject({ StreamARN: arn });
      expect(input).not.toHaveProperty("StreamName");
    }
  });
});
