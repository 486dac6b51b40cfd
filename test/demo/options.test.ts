import { describe, expect, it, vi } from "vitest";
import { parseOptions } from "../../demo/options.ts";

describe("parseOptions", () => {
  it("needs none", () => {
    expect(parseOptions([])).toEqual({
      encoding: "cbor",
      engine: "local",
      key: "origin",
      records: 10_000,
      shards: 2,
      split: false,
      fanOut: false,
      yes: false,
      json: false,
    });
  });

  it("takes all of them", () => {
    const argv =
      "--file - --key user --records 7 --encoding json --endpoint http://127.0.0.1:4567 --region eu-west-1 --stream orders --split --fan-out --yes --json";
    expect(parseOptions(argv.split(" "))).toEqual({
      file: "-",
      encoding: "json",
      engine: "local",
      key: "user",
      records: 7,
      shards: 2,
      endpoint: "http://127.0.0.1:4567",
      region: "eu-west-1",
      stream: "orders",
      split: true,
      fanOut: true,
      yes: true,
      json: true,
    });
  });

  it("takes an independent Kinesis in this process", () => {
    expect(parseOptions(["--engine", "kinesis-local"])).toMatchObject({ engine: "kinesis-local" });
  });

  it("prints help and runs nothing", () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(parseOptions(["--help"])).toBeUndefined();
      expect(write.mock.calls.join("")).toContain("Exit code: 0 all came back in order");
    } finally {
      write.mockRestore();
    }
  });

  it.each([
    ["--shard 2", "unknown option '--shard'"],
    ["orders", "too many arguments"],
    ["--records", "argument missing"],
    ["--records 0", '--records must be a whole number, 1 to 9007199254740991; it is "0"'],
    ["--records 1e3", "--records must be a whole number"],
    ["--shards 101", "--shards must be a whole number, 1 to 100"],
    ["--endpoint localhost:4567", '--endpoint must be an http or https URL; it is "localhost:4567"'],
    ["--file orders.ndjson", "--file needs --key"],
    ["--stream orders --shards 2", "--shards is for a stream that the demo makes"],
    ["--engine kinesalite", "Allowed choices are local, kinesis-local"],
    ["--engine local --endpoint http://127.0.0.1:4567", "--engine is for a Kinesis in this process"],
    ["--engine kinesis-local --fan-out", "over fan-out kinesis-local never shows one"],
    ["--split", "--split is for an existing stream"],
  ])("refuses %s", (argv, message) => {
    expect(() => parseOptions(argv.split(" "))).toThrow(
      expect.objectContaining({ code: "KPL_KIT_DEMO_OPTION", message: expect.stringContaining(message) as string }),
    );
  });
});
