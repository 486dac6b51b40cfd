import { describe, expect, it } from "vitest";
import type { Report } from "../../demo/report.ts";
import { demo } from "./run-program.ts";

const SECOND = 1_000;

describe("npm run demo", { timeout: 60 * SECOND }, () => {
  it.each([
    ["polling", "--engine local"],
    ["enhanced fan-out", "--engine local --fan-out"],
    ["polling", "--engine kinesis-local"],
  ])("brings real records in and out through a split, read by %s: %s", async (readBy, options) => {
    const { exitCode, stderr, stdout } = await demo([...options.split(" "), "--records", "600", "--json"]);
    expect(exitCode, stderr).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.ok).toBe(true);
    expect(report.readBy).toBe(readBy);
    expect(report.userRecords).toEqual({
      sent: 600,
      received: 600,
      missing: 0,
      duplicated: 0,
      outOfOrder: 0,
      unknown: 0,
      droppedByKcl: 0,
      malformed: 0,
    });
    // Three open shards after the split, one aggregate for each; two before.
    expect(report.kinesisRecords).toMatchObject({
      stored: 5,
      userRecordsEach: 120,
      resent: 0,
      notWhereItWasPredicted: 0,
    });
    expect(report.putPayloadUnits.plain).toBe(600);
    expect(report.putPayloadUnits.packed).toBeLessThanOrEqual(6);
    expect(report.stream.shards.filter(({ closed }) => closed)).toHaveLength(1);
    expect(report.stream.shards.filter(({ parents }) => parents.length === 1)).toHaveLength(2);
    expect(report.split?.lostWithStaleShardMap.userRecords).toBeGreaterThan(0);
  });

  it("says at its end that all came back, and by which way", async () => {
    const { exitCode, stdout } = await demo(["--fan-out"]);
    expect(stdout).toContain("4. Read every shard by enhanced fan-out");
    expect(stdout).toMatch(/read by enhanced fan-out \d/);
    expect(stdout).toContain("10,000 in, 10,000 out: equal, in order per key");
    expect(stdout).toContain("OK: nothing lost, nothing twice, in order for each of 201 partition keys.");
    expect(exitCode).toBe(0);
  });

  it("takes NDJSON from standard input, and says in plain lines how it went", async () => {
    // Keys that an object as key table would reorder or lose, and lines with every ending.
    const rows = Array.from({ length: 90 }, (_, n) =>
      JSON.stringify({ user: ["10", "2", "__proto__", 7, "é"][n % 5], n }),
    );
    const { exitCode, stdout } = await demo(["--file", "-", "--key", "user", "--shards", "3"], {
      input: rows.join("\r\n"),
    });
    expect(stdout).toContain("90 in, 90 out: equal, in order per key");
    expect(stdout).toContain("OK: nothing lost, nothing twice, in order for each of 5 partition keys.");
    expect(stdout, "no bar in a pipe").toMatch(/^ +read: 75%$/m);
    expect(stdout).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });
});

describe("npm run demo refuses, with exit code 2 and a code", { timeout: 60 * SECOND }, () => {
  it.each([
    [
      "to read by a way that never ends there",
      ["--engine", "kinesis-local", "--fan-out"],
      "",
      "KPL_KIT_DEMO_OPTION: --fan-out needs an end of each shard",
    ],
    ["an option there isn't", ["--shard", "2"], "", "KPL_KIT_DEMO_OPTION: unknown option '--shard'"],
    [
      "input that is none",
      ["--file", "-", "--key", "k"],
      "id;name",
      "KPL_KIT_DEMO_NOT_NDJSON: standard input, line 1 is not JSON",
    ],
    [
      "an endpoint where nobody is",
      ["--endpoint", "http://127.0.0.1:9", "--yes"],
      "",
      "KPL_KIT_DEMO_ENDPOINT_REFUSED: nothing answers at http://127.0.0.1:9 (ECONNREFUSED)",
    ],
    ["to make a stream elsewhere unasked", ["--endpoint", "http://127.0.0.1:9"], "", "KPL_KIT_DEMO_CONSENT"],
  ])("%s", async (_, args, input, message) => {
    const { exitCode, stderr, stdout } = await demo(args, { input });
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});
