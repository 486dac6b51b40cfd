import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flights, ndjsonFile } from "../../demo/input.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kpl-kit-demo-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileWith(content: string | Uint8Array): Promise<string> {
  const path = join(folder, "input.ndjson");
  await writeFile(path, content);
  return path;
}

describe("ndjsonFile", () => {
  it("puts each line's own bytes, whatever ends it", async () => {
    const lines = ['{"k": "a",  "n": 1}', '{"k":7}', "", '{"k":true,"t":"é\\u0000"}', '{"k":"__proto__"}'];
    const { hasMore, records } = await ndjsonFile(
      await fileWith(`${lines[0]}\n${lines[1]}\r\n\n${lines[3]}\n${lines[4]}`),
      "k",
      9,
    );
    expect(records.map(({ data, partitionKey }) => [partitionKey, Buffer.from(data).toString()])).toEqual([
      ["a", lines[0]],
      ["7", lines[1]],
      ["true", lines[3]],
      ["__proto__", lines[4]],
    ]);
    expect(hasMore).toBe(false);
  });

  it("keeps lines whole that are longer than what a file gives at once", async () => {
    const long = JSON.stringify({ k: "a", t: "x".repeat(300_000) });
    const { records } = await ndjsonFile(await fileWith(`${long}\n${long}\n`), "k", 9);
    expect(records.map(({ data }) => data.length)).toEqual([long.length, long.length]);
  });

  it("stops at the limit, and says whether there was more", async () => {
    const path = await fileWith('{"k":1}\n{"k":2}\nnot looked at');
    expect(await ndjsonFile(path, "k", 2)).toMatchObject({ hasMore: true, records: { length: 2 } });
    expect(await ndjsonFile(await fileWith('{"k":1}\n{"k":2}\n\n'), "k", 2)).toMatchObject({ hasMore: false });
  });

  it.each([
    ["no records", "\n\n", "KPL_KIT_DEMO_NO_INPUT", "has no records"],
    ["no JSON", '{"k":1}\n\n{"k":', "KPL_KIT_DEMO_NOT_NDJSON", "line 3 is not JSON"],
    ["no UTF-8", Buffer.from('{"k":"\xff"}', "latin1"), "KPL_KIT_DEMO_NOT_NDJSON", "line 1 is not JSON"],
    ["no object", '[{"k":1}]', "KPL_KIT_DEMO_NOT_NDJSON", "line 1 is JSON, but no object"],
    [
      "no such field",
      '{"k":1}\n{"l":1,"m":2}',
      "KPL_KIT_DEMO_KEY_MISSING",
      'line 2 has no text or number in the field "k"; its fields are l, m',
    ],
    ["an empty key", '{"k":""}', "KPL_KIT_DEMO_KEY_MISSING", 'its value is ""'],
    ["a key that is an object", '{"k":{}}', "KPL_KIT_DEMO_KEY_MISSING", "its value is {}"],
    [
      "a key longer than Kinesis takes",
      `{"k":"${"x".repeat(257)}"}`,
      "KPL_KIT_DEMO_BAD_RECORD",
      "line 1: partitionKey must be",
    ],
    [
      "a line longer than Kinesis takes",
      `{"k":1,"t":"${"x".repeat(1_048_576)}"}`,
      "KPL_KIT_DEMO_BAD_RECORD",
      "maxRecordSize is 1048576",
    ],
  ])("refuses %s", async (_, content, code, message) => {
    const refused = ndjsonFile(await fileWith(content), "k", 9);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  it.each([
    ["nowhere", () => join(folder, "no", "such.ndjson"), /^can't read .* \(ENOENT\)$/],
    ["a folder", () => folder, /is a folder$/],
  ])("refuses %s", async (_, path, message) => {
    const refused = ndjsonFile(path(), "k", 9);
    await expect(refused).rejects.toMatchObject({
      code: "KPL_KIT_DEMO_FILE_NOT_FOUND",
      message: expect.stringMatching(message) as string,
    });
  });
});

it("takes no inherited field for a key", async () => {
  const refused = ndjsonFile(await fileWith('{"k":1}'), "toString", 9);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("its fields are k") as string });
});

describe("flights", () => {
  it("are 10,000 from 201 airports", async () => {
    const { hasMore, records } = await flights("origin", 10_000);
    expect([records.length, new Set(records.map(({ partitionKey }) => partitionKey)).size, hasMore]).toEqual([
      10_000,
      201,
      false,
    ]);
  });

  it("go by any of their fields, but by no other", async () => {
    expect((await flights("destination", 1)).records[0]?.partitionKey).toBe("LAS");
    await expect(flights("airline", 1)).rejects.toMatchObject({ code: "KPL_KIT_DEMO_KEY_MISSING" });
  });
});
