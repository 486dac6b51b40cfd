// What user records carry: text, JSON, gzip, batches of CloudWatch Logs.

import { constants, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cloudWatchLogs, gunzip, json, text } from "../../src/lambda/index.ts";
import { utf8 } from "../oracle/frame.ts";

describe("text", () => {
  it.each([
    ["", ""],
    ["paid", "paid"],
    ["é😀", "é😀"],
    ["\ufeffpaid", "paid"], // as Response.text()
  ])("%j", (given, expected) => expect(text(utf8(given))).toBe(expected));

  it("what is no UTF-8 is replaced", () => expect(text(Uint8Array.of(0x61, 0xff))).toBe("a\ufffd"));

  it("of a view, only what the view has", () => expect(text(utf8("unpaid!").subarray(2, 6))).toBe("paid"));
});

describe("json", () => {
  it.each([{ amount: 5 }, [1], "text", 5, null, true])("%j", (value) =>
    expect(json(utf8(JSON.stringify(value)))).toEqual(value),
  );

  it("behind a byte order mark", () => expect(json(utf8('\ufeff{"amount":5}'))).toEqual({ amount: 5 }));

  it.each(["", "{", "undefined", "{'amount':5}"])("%j is none", (given) =>
    expect(() => json(utf8(given))).toThrow(SyntaxError),
  );
});

describe("gunzip", () => {
  const paid = gzipSync("paid");

  it("undoes gzip", () => expect(text(gunzip(paid))).toBe("paid"));

  it("of several members, as log shippers append them", () =>
    expect(text(gunzip(Buffer.concat([paid, gzipSync("!")])))).toBe("paid!"));

  it("fits into json", () => expect(json(gunzip(gzipSync('{"amount":5}')))).toEqual({ amount: 5 }));

  it.each([
    ["nothing", new Uint8Array(0)],
    ["text", utf8("paid")],
    ["zlib's other format", deflateSync("paid")],
    ["gzip cut off in its body", paid.subarray(0, 12)],
    ["gzip cut off in its checksum", paid.subarray(0, -1)],
    ["gzip of other bytes than its checksum's", Buffer.from(paid).fill(0, paid.length - 8, paid.length - 4)],
  ])("%s throws", (_, given) => expect(() => gunzip(given)).toThrow(Error));

  // A few hundred kB that would take the function's memory.
  it("stops at 128 MiB", () => {
    const MiB = gzipSync(Buffer.alloc(1_048_576), { level: constants.Z_BEST_SPEED });
    const bomb = Buffer.concat(Array.from({ length: 129 }, () => MiB));
    expect(() => gunzip(bomb)).toThrow(RangeError);
  });

  it("says what it needs where there is no node:zlib", () => {
    const given = process.getBuiltinModule;
    try {
      Object.assign(process, { getBuiltinModule: undefined });
      expect(() => gunzip(paid)).toThrow("gunzip needs node:zlib");
    } finally {
      Object.assign(process, { getBuiltinModule: given });
    }
  });
});

describe("cloudWatchLogs", () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
  const batch = {
    owner: "111111111111",
    logGroup: "CloudTrail/logs",
    logStream: "111111111111_CloudTrail/logs_us-east-1",
    subscriptionFilters: ["Destination"],
    messageType: "DATA_MESSAGE",
    logEvents: [
      { id: "31953106606966983378809025079804211143289615424298221568", timestamp: 1_432_826_855_000, message: "{}" },
    ],
  };
  const control = {
    ...batch,
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    messageType: "CONTROL_MESSAGE",
    logEvents: [
      { id: "", timestamp: 1_510_109_208_016, message: "CWL CONTROL MESSAGE: Checking health of destination." },
    ],
  };

  it.each([
    ["a batch", batch],
    ["a control message", control],
    ["a batch without events", { ...batch, logEvents: [] }],
  ])("%s, gzip and plain", (_, given) => {
    const plain = utf8(JSON.stringify(given));
    expect(cloudWatchLogs(gzipSync(plain))).toEqual(given);
    expect(cloudWatchLogs(plain)).toEqual(given);
  });

  it.each([
    null,
    5,
    "text",
    [],
    {},
    { messageType: "DATA_MESSAGE" },
    { logEvents: [] },
    { messageType: 5, logEvents: [] },
    { messageType: "DATA_MESSAGE", logEvents: {} },
  ])("%j is none", (given) => {
    expect(() => cloudWatchLogs(utf8(JSON.stringify(given)))).toThrow(TypeError);
    expect(() => cloudWatchLogs(gzipSync(JSON.stringify(given)))).toThrow(TypeError);
  });

  it("neither gzip nor JSON throws, as they do", () => {
    expect(() => cloudWatchLogs(utf8("paid"))).toThrow(SyntaxError);
    expect(() => cloudWatchLogs(gzipSync(utf8("paid")))).toThrow(SyntaxError);
    expect(() => cloudWatchLogs(Uint8Array.of(0x1f, 0x8b, 8))).toThrow(Error);
    expect(() => cloudWatchLogs(new Uint8Array(0))).toThrow(SyntaxError);
  });
});
