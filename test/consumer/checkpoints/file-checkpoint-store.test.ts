// What a file must stand: a kill at any instant, damage, a disk that refuses, and a second process.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CheckpointFileDamagedError,
  CheckpointFileFailedError,
  FileCheckpointStore,
} from "../../../src/consumer/checkpoints/index.ts";
import { codedRejection } from "./coded-rejection.ts";

const folders: string[] = [];
let path: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "checkpoint-file-"));
  folders.push(folder);
  path = join(folder, "checkpoints.json");
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const at = (sequenceNumber: number | string): { sequenceNumber: string } => ({
  sequenceNumber: String(sequenceNumber),
});

async function positions(file: string, streamName = "orders"): Promise<Record<string, string>> {
  const checkpoints = await new FileCheckpointStore(file).load(streamName);
  return Object.fromEntries([...checkpoints].map(([shardId, { sequenceNumber }]) => [shardId, sequenceNumber]));
}

describe("the file", () => {
  it("can be read by a person", async () => {
    const store = new FileCheckpointStore(path);
    const timestamp = new Date("2026-03-01T10:00:00.123Z");
    await store.save("orders", "shardId-000000000000", { sequenceNumber: "4968", subSequenceNumber: 41, timestamp });
    await store.save("orders", "shardId-000000000001", { sequenceNumber: "SHARD_END" });
    await store.save("payments", "shardId-000000000000", { sequenceNumber: "AT_TIMESTAMP", timestamp });
    expect(await readFile(path, "utf8")).toBe(`{
  "version": 1,
  "streams": {
    "orders": {
      "shardId-000000000000": {
        "sequenceNumber": "4968",
        "subSequenceNumber": 41,
        "timestamp": "2026-03-01T10:00:00.123Z"
      },
      "shardId-000000000001": {
        "sequenceNumber": "SHARD_END"
      }
    },
    "payments": {
      "shardId-000000000000": {
        "sequenceNumber": "AT_TIMESTAMP",
        "timestamp": "2026-03-01T10:00:00.123Z"
      }
    }
  }
}
`);
  });

  it("can be written by a person", async () => {
    await writeFile(
      path,
      '{"streams":{"orders":{"a":{"sequenceNumber":"7","timestamp":"2026-03-01T11:00+01:00"}}},"version":1}',
    );
    const timestamp = new Date("2026-03-01T10:00:00Z");
    expect((await new FileCheckpointStore(path).load("orders")).get("a")).toEqual({ sequenceNumber: "7", timestamp });
  });

  it("is made by the first save, and by no load", async () => {
    const store = new FileCheckpointStore(path);
    expect((await store.load("orders")).size).toBe(0);
    expect(await readdir(dirname(path))).toEqual([]);
    await store.save("orders", "a", at(1));
    expect(await readdir(dirname(path))).toEqual(["checkpoints.json"]);
  });

  it("is the one that the path named when the store was made", async () => {
    const cwd = vi.spyOn(process, "cwd").mockReturnValue(dirname(path));
    const store = new FileCheckpointStore("checkpoints.json");
    cwd.mockRestore();
    await store.save("orders", "a", at(1));
    expect(await positions(path)).toEqual({ a: "1" });
  });

  it.each([undefined, "", 7, null])("has a path that is text: %j is refused", (wrong) => {
    expect(() => new FileCheckpointStore(wrong as never)).toThrow(
      expect.objectContaining({ code: "KPL_KIT_INVALID_OPTION", message: expect.stringContaining("path") as string }),
    );
  });
});

describe("a damaged file is refused and left as it is", () => {
  it.each([
    ["empty", "", "JSON"],
    ["cut", '{"version":1,"streams":{"orders":{"a":{"sequence', "JSON"],
    ["no JSON", "shardId-0: 17", "JSON"],
    ["no object", "[]", "the file must be an object"],
    ["null", "null", "the file must be an object"],
    ["without a version", '{"streams":{}}', "its version is undefined, not 1"],
    ["of a later version", '{"version":2,"streams":{},"more":1}', "its version is 2, not 1"],
    ["with the version as text", '{"version":"1","streams":{}}', 'its version is "1", not 1'],
    ["without streams", '{"version":1}', "streams must be an object"],
    ["with a member that means nothing", '{"version":1,"streams":{},"stream":{}}', 'must not have "stream"'],
    ["streams as a list", '{"version":1,"streams":[]}', "streams must be an object"],
    ["a stream that is none", '{"version":1,"streams":{"o":null}}', 'streams["o"] must be an object'],
    ["a checkpoint as text", '{"version":1,"streams":{"o":{"a":"17"}}}', 'streams["o"]["a"] must be an object'],
    ["no sequence number", '{"version":1,"streams":{"o":{"a":{}}}}', 'streams["o"]["a"]: sequenceNumber'],
    ["a sequence number as a number", '{"version":1,"streams":{"o":{"a":{"sequenceNumber":17}}}}', "sequenceNumber"],
    ["an unknown sentinel", '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"NOW"}}}}', "sequenceNumber"],
    [
      "a sub-sequence number as text",
      '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"1","subSequenceNumber":"1"}}}}',
      "subSequenceNumber",
    ],
    [
      "no sub-sequence number but null",
      '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"1","subSequenceNumber":null}}}}',
      "subSequenceNumber",
    ],
    [
      "a misspelled member",
      '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"1","subsequenceNumber":1}}}}',
      'must not have "subsequenceNumber"',
    ],
    ["no time", '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"1","timestamp":"noon"}}}}', "timestamp"],
    ["a time as a number", '{"version":1,"streams":{"o":{"a":{"sequenceNumber":"1","timestamp":5}}}}', "timestamp"],
  ])("%s", async (_, text, reason) => {
    await writeFile(path, text);
    const store = new FileCheckpointStore(path);
    for (const attempt of [
      () => store.load("orders"),
      () => store.load("other"),
      () => store.save("orders", "a", at(2)),
    ]) {
      const error = await codedRejection(attempt());
      expect(error).toBeInstanceOf(CheckpointFileDamagedError);
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FILE_DAMAGED", retryable: false, path });
      expect(error.message).toContain(path);
      expect(error.message).toContain(reason);
    }
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await readdir(dirname(path))).toEqual(["checkpoints.json"]);
  });

  it("mended, it is used again by the same store", async () => {
    await writeFile(path, "{");
    const store = new FileCheckpointStore(path);
    await codedRejection(store.save("orders", "a", at(1)));
    await writeFile(path, '{"version":1,"streams":{"orders":{"b":{"sequenceNumber":"5"}}}}');
    await store.save("orders", "a", at(2));
    expect(await positions(path)).toEqual({ a: "2", b: "5" });
  });
});

describe("what the file system refuses is told, with the path", () => {
  it("no such directory: at the first load already", async () => {
    const lost = join(dirname(path), "no", "checkpoints.json");
    const store = new FileCheckpointStore(lost);
    for (const attempt of [() => store.load("orders"), () => store.save("orders", "a", at(1))]) {
      const error = await codedRejection(attempt());
      expect(error).toBeInstanceOf(CheckpointFileFailedError);
      expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FILE_FAILED", retryable: false, path: lost });
      expect(error.message).toContain(`${lost} cannot be read: ENOENT`);
      expect(error.cause).toMatchObject({ code: "ENOENT" });
    }
  });

  it("a directory in its place", async () => {
    await mkdir(path);
    const error = await codedRejection(new FileCheckpointStore(path).load("orders"));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FILE_FAILED", retryable: false });
  });

  it.each(["its temporary file is removed", "though its temporary file cannot be removed"])(
    "a directory that takes its place at the last moment: told, and %s",
    async (what) => {
      const isStuck = what.startsWith("though");
      const refused = codedRejection(new FileCheckpointStore(path).save("orders", "a", at(1)));
      const temporary = join(dirname(path), await firstEntry(dirname(path)));
      mkdirSync(path);
      if (isStuck) {
        rmSync(temporary);
        mkdirSync(temporary);
      }
      expect((await refused).cause).toMatchObject({ code: "EISDIR" });
      expect((await readdir(dirname(path))).length).toBe(isStuck ? 2 : 1);
    },
  );

  it("a file name that is too long for a temporary one beside it", async () => {
    const long = join(dirname(path), "x".repeat(240));
    const error = await codedRejection(new FileCheckpointStore(long).save("orders", "a", at(1)));
    expect(error).toMatchObject({ code: "KPL_KIT_CHECKPOINT_FILE_FAILED", retryable: true });
    expect(error.message).toContain("cannot be replaced: ENAMETOOLONG");
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it("all that were to go into one version are refused together, and the next save does not suffer from it", async () => {
    const directory = join(dirname(path), "later");
    const store = new FileCheckpointStore(join(directory, "checkpoints.json"));
    const refused = ["a", "b", "c"].map((shardId) => codedRejection(store.save("orders", shardId, at(1))));
    for (const error of await Promise.all(refused)) expect(error.code).toBe("KPL_KIT_CHECKPOINT_FILE_FAILED");
    await mkdir(directory);
    await store.save("orders", "d", at(2));
    expect(await positions(join(directory, "checkpoints.json"))).toEqual({ d: "2" });
  });

  it("a directory that may not be written: the old file stays", async () => {
    await new FileCheckpointStore(path).save("orders", "a", at(7));
    await chmod(path, 0o644);
    await chmod(dirname(path), 0o555);
    // Nothing is forbidden to root, so the one who saves is somebody else.
    const as = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { code, stderr } = await ended(start(path, "b", 1, as));
    await chmod(dirname(path), 0o755);
    expect(code).toBe(1);
    expect(stderr).toContain("KPL_KIT_CHECKPOINT_FILE_FAILED");
    expect(stderr).toContain(`${path} cannot be replaced: EACCES`);
    expect(await positions(path)).toEqual({ a: "7" });
  });
});

describe("saves that come while the file is written go into its next version together", () => {
  it("each resolves only when the file has it, or a later one of its shard", async () => {
    const store = new FileCheckpointStore(path);
    const saves = Array.from({ length: 500 }, async (_, n) => {
      const shardId = `shard-${n % 5}`;
      await store.save("orders", shardId, at(n));
      const text = await readFile(path, "utf8");
      const file = JSON.parse(text) as { streams: { orders: Record<string, { sequenceNumber: string }> } };
      expect(Number(file.streams.orders[shardId]?.sequenceNumber)).toBeGreaterThanOrEqual(n);
      return text;
    });
    const versions = new Set(await Promise.all(saves));
    // All but the first save came while it was written.
    expect(versions.size).toBeLessThanOrEqual(2);
    expect(await positions(path)).toEqual(Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`shard-${n}`, `${495 + n}`])));
  });
});

describe("a second store on the same file", () => {
  it("keeps what the first has written meanwhile, of other streams and of other shards", async () => {
    const [one, other] = [new FileCheckpointStore(path), new FileCheckpointStore(path)];
    await one.save("orders", "a", at(1));
    await other.save("payments", "a", at(2));
    await one.save("orders", "b", at(3));
    await other.save("orders", "c", at(4));
    await one.save("orders", "a", at(5));
    expect(await positions(path)).toEqual({ a: "5", b: "3", c: "4" });
    expect(await positions(path, "payments")).toEqual({ a: "2" });
  });

  it("takes over a shard: the first one's old checkpoint of it does not come back", async () => {
    const [one, other] = [new FileCheckpointStore(path), new FileCheckpointStore(path)];
    await one.save("orders", "a", at(1));
    await other.save("orders", "a", at(2));
    await one.save("orders", "b", at(1));
    expect(await positions(path)).toEqual({ a: "2", b: "1" });
  });

  it("what a store has written and the file lacks comes back with its next save", async () => {
    const store = new FileCheckpointStore(path);
    await store.save("orders", "a", at(1));
    await rm(path);
    await store.save("orders", "b", at(2));
    expect(await positions(path)).toEqual({ a: "1", b: "2" });
  });

  it("many stores at once lose nothing of each other", async () => {
    const stores = Array.from({ length: 4 }, () => new FileCheckpointStore(path));
    const saves = stores.map(async (store, n) => {
      for (let round = 1; round <= 10; round++) await store.save("orders", `shard-${n}`, at(round));
    });
    await Promise.all(saves);
    expect(await positions(path)).toEqual({ "shard-0": "10", "shard-1": "10", "shard-2": "10", "shard-3": "10" });
    expect(await readdir(dirname(path))).toEqual(["checkpoints.json"]);
  });

  it("in another process, which saves at the same time", async () => {
    const store = new FileCheckpointStore(path);
    const child = start(path, "theirs", 100);
    const done = ended(child);
    let isRunning = true;
    const over = done.then(() => {
      isRunning = false;
    });
    let ours = 0;
    while (isRunning) await store.save("orders", "ours", at(++ours));
    await over;
    expect((await done).code).toBe(0);
    const { ours: own, theirs, "theirs-too": too } = await positions(path);
    expect(own).toBe(String(ours));
    // There is no lock: if ours came in the instant in which theirs took the file's place, it is theirs of before.
    expect(Number(theirs)).toBeOneOf([99, 100]);
    expect(too).toBe(theirs);
  });
});

describe("a process that is killed", () => {
  it("between write and rename: what it left beside the file is not read, and not touched", async () => {
    const store = new FileCheckpointStore(path);
    await store.save("orders", "a", at(1));
    const left = `${path}.8c1c1f3e-5c0e-4f1c-9d7e-000000000000.tmp`;
    await writeFile(left, '{"version":1,"streams":{"orders":{"a":{"sequenceNum');
    const next = new FileCheckpointStore(path);
    expect((await next.load("orders")).get("a")).toEqual(at(1));
    await next.save("orders", "a", at(2));
    expect(await positions(path)).toEqual({ a: "2" });
    expect(await readFile(left, "utf8")).toContain("sequenceNum");
  });

  it.each([1, 2, 3, 4])("at any instant of a thousand saves leaves a whole file: kill %i", async (kill) => {
    const child = start(path, "a", 1_000);
    const told = ended(child);
    const killAfter = 40 * kill;
    child.stdout.on("data", () => {
      if (lastLine(child) >= killAfter) child.kill("SIGKILL");
    });
    const { signal, stderr } = await told;
    expect(stderr).toBe("");
    expect(signal).toBe("SIGKILL");
    const last = lastLine(child);
    expect(last).toBeGreaterThanOrEqual(killAfter);
    const { a, "a-too": too } = await positions(path);
    // What it said was saved is there; one more may be, whose telling was cut off.
    expect(Number(a) - last).toBeOneOf([0, 1]);
    expect(too).toBe(a);
    await new FileCheckpointStore(path).save("orders", "a", at(9_999));
    expect(await positions(path)).toEqual({ a: "9999", "a-too": too });
  });
});

/** As soon as there is one: it takes several more turns of the event loop until all is written to it. */
async function firstEntry(folder: string): Promise<string> {
  for (;;) {
    const [entry] = readdirSync(folder);
    if (entry !== undefined) return entry;
    await setImmediate();
  }
}

const printed = new WeakMap<ChildProcessWithoutNullStreams, { stdout: string; stderr: string }>();

function start(
  file: string,
  shardId: string,
  most: number,
  as: { uid?: number; gid?: number } = {},
): ChildProcessWithoutNullStreams {
  const program = fileURLToPath(new URL("./save-for-ever.ts", import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", program, file, shardId, String(most)], { env, ...as });
  const output = { stdout: "", stderr: "" };
  printed.set(child, output);
  child.stdout.on("data", (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output.stderr += text.toString()));
  return child;
}

async function ended(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stderr: printed.get(child)?.stderr ?? "" }));
  });
}

function lastLine(child: ChildProcessWithoutNullStreams): number {
  return Number(printed.get(child)?.stdout.trim().split("\n").at(-1));
}
