// Pages whose memory is given back: what the client reads next may lie where they lay, and nobody who kept a record may see it.

import { describe, expect, it, onTestFinished } from "vitest";
import { createKinesisClient, releasePage, writeCbor } from "../../../src/kinesis/index.ts";
import type { Sdk } from "../sdk.ts";
import { CBOR, JSON_1_1, serve } from "./server.ts";

const RECORDS = 4;
const BYTES = 50_000;

function dataOf(page: number, record: number): Buffer {
  return Buffer.alloc(BYTES, page * RECORDS + record + 1);
}

function pageOf(index: number): object {
  return {
    Records: Array.from({ length: RECORDS }, (_, record) => ({
      Data: dataOf(index, record),
      PartitionKey: "k",
      SequenceNumber: String(index * RECORDS + record),
    })),
    MillisBehindLatest: 0,
  };
}

function inJson(page: object): string {
  return JSON.stringify(page, (_, value: unknown) => {
    const bytes = value as { readonly type?: string; readonly data?: readonly number[] } | undefined;
    return bytes?.type === "Buffer" ? Buffer.from(bytes.data ?? []).toString("base64") : value;
  });
}

export function releasedPages({ peers }: Sdk): void {
  async function reader(encoding: "cbor" | "json") {
    const { endpoint } = await serve((_, index) =>
      encoding === "cbor"
        ? { headers: { "content-type": CBOR }, body: writeCbor(pageOf(index)) }
        : { headers: { "content-type": JSON_1_1 }, body: inJson(pageOf(index)) },
    );
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const kinesis = createKinesisClient({ region: "us-east-1", credentials, endpoint, encoding, peers });
    onTestFinished(() => kinesis.destroy());
    return async () => {
      const { Records = [] } = await kinesis.send(new peers.client.GetRecordsCommand({ ShardIterator: "i" }));
      return Records.map(({ Data }) => Data!);
    };
  }

  it("each page is whole, whatever was given back before it", async () => {
    const read = await reader("cbor");
    for (let page = 0; page < 20; page++) {
      const records = await read();
      for (const [record, data] of records.entries()) expect(Buffer.compare(data, dataOf(page, record))).toBe(0);
      if (page % 3 !== 2) releasePage({ Records: records.map((Data) => ({ Data })) });
    }
  });

  it("a record that was kept is empty, never another record's bytes", async () => {
    const read = await reader("cbor");
    const kept = await read();
    releasePage({ Records: kept.map((Data) => ({ Data })) });
    await read();
    expect(kept.map(({ length }) => length)).toEqual([0, 0, 0, 0]);
  });

  it("a page that nobody gives back stays as it is", async () => {
    const read = await reader("cbor");
    const pages = [await read(), await read(), await read()];
    releasePage({ Records: [{ Data: pages[1]![0] }] });
    await read();
    for (const page of [0, 2])
      for (const [record, data] of pages[page]!.entries()) expect(Buffer.compare(data, dataOf(page, record))).toBe(0);
  });

  describe("does nothing", () => {
    it("the second time", async () => {
      const read = await reader("cbor");
      const first = { Records: (await read()).map((Data) => ({ Data })) };
      releasePage(first);
      const second = await read();
      releasePage(first);
      await read();
      expect(Buffer.compare(second[0]!, dataOf(1, 0))).toBe(0);
    });

    it("to a page in JSON, whose data was decoded into memory of its own", async () => {
      const read = await reader("json");
      const records = await read();
      releasePage({ Records: records.map((Data) => ({ Data })) });
      expect(Buffer.compare(records[3]!, dataOf(0, 3))).toBe(0);
    });

    it("to what no client has read", () => {
      const own = new Uint8Array(100_000).fill(7);
      releasePage({ Records: [{ Data: undefined }, { Data: own }] });
      releasePage({ Records: undefined });
      releasePage({});
      expect(own.every((byte) => byte === 7)).toBe(true);
    });
  });
}
