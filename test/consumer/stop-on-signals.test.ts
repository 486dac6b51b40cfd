import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { FileCheckpointStore, stopOnSignals } from "../../src/consumer/index.ts";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGUSR2"] as const;

/** Counts its stops; whatever happens, nothing of it listens after the test. */
function counted(signals?: readonly NodeJS.Signals[]): { stops: number; readonly ignore: () => void } {
  const counter = { stops: 0 };
  const ignore = stopOnSignals({ stop: async () => void counter.stops++ }, signals);
  onTestFinished(ignore);
  return Object.assign(counter, { ignore });
}

function listeners(): number[] {
  return SIGNALS.map((signal) => process.listenerCount(signal));
}

describe("stops at the first of its signals, and once", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("%s, unless others are named", (signal) => {
    const before = listeners();
    const stoppable = counted();
    process.emit(signal);
    process.emit(signal);
    expect(stoppable.stops).toBe(1);
    expect(listeners()).toEqual(before);
  });

  it("at one that was named, and at no other", () => {
    const before = listeners();
    const stoppable = counted(["SIGUSR2"]);
    const [terminated, interrupted, named] = listeners();
    expect([terminated, interrupted, named]).toEqual([before[0], before[1], before[2]! + 1]);
    process.emit("SIGUSR2");
    expect(stoppable.stops).toBe(1);
    expect(listeners()).toEqual(before);
  });

  it("several at once each stop what is theirs", () => {
    const [one, other] = [counted(), counted()];
    process.emit("SIGTERM");
    expect([one.stops, other.stops]).toEqual([1, 1]);
  });
});

describe("what it returns takes its listeners away", () => {
  it("and then a signal stops nothing; called again it does nothing", () => {
    const before = listeners();
    const [ignored, other] = [counted(["SIGUSR2"]), counted(["SIGUSR2"])];
    ignored.ignore();
    ignored.ignore();
    process.emit("SIGUSR2");
    expect([ignored.stops, other.stops]).toEqual([0, 1]);
    expect(listeners()).toEqual(before);
  });
});

describe("a process that reads until a signal", () => {
  async function reading(how: string): Promise<{
    readonly child: ChildProcessWithoutNullStreams;
    readonly store: FileCheckpointStore;
    /** Exit code and signal, and all that it printed. */
    readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null, printed: string]>;
  }> {
    const folder = await mkdtemp(join(tmpdir(), "until-signal-"));
    const path = join(folder, "checkpoints.json");
    const program = fileURLToPath(new URL("./until-signal.ts", import.meta.url));
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, ["--import", "tsx", program, path, how], { env });
    let [printed, failed] = ["", ""];
    child.stderr.on("data", (text: Buffer) => (failed += text.toString()));
    const ended = new Promise<readonly [number | null, NodeJS.Signals | null, string]>((resolve) => {
      child.once("close", (code, signal) => resolve([code, signal, printed + failed]));
    });
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    });
    const hasRead = new Promise<void>((resolve) => {
      child.stdout.on("data", (text: Buffer) => {
        printed += text.toString();
        if (printed.includes("read")) resolve();
      });
    });
    await Promise.race([hasRead, ended]);
    expect(failed).toBe("");
    return { child, store: new FileCheckpointStore(path), ended };
  }

  it.each(["SIGTERM", "SIGINT"] as const)("%s: it ends by itself, once what it finished is stored", async (signal) => {
    const { child, ended, store } = await reading("finish");
    expect(await store.load("orders")).toEqual(new Map());
    child.kill(signal);
    expect(await ended).toEqual([0, null, "read\nstopped\n"]);
    const stored = (await store.load("orders")).get("shardId-000000000000");
    expect(stored?.sequenceNumber).toMatch(/^\d+$/);
  });

  it("a second signal ends it at once, though its handler never returns", async () => {
    const { child, ended } = await reading("stuck");
    const firstWasHandled = new Promise((resolve) => void child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    await firstWasHandled;
    child.kill("SIGTERM");
    expect(await ended).toEqual([null, "SIGTERM", "read\ntold\n"]);
  });
});
