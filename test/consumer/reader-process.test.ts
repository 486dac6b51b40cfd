import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

/** What it printed, once it has ended by itself. */
async function run(program: string, given: readonly string[] = [], flags: readonly string[] = []): Promise<unknown> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, "--import", "tsx", path, ...given], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [printed, failed] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  child.stderr.on("data", (text: Buffer) => (failed += text.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(code, failed).toBe(0);
  return JSON.parse(printed);
}

describe("a process that reads a stream over HTTP", () => {
  it.each(["polling", "fan-out"])(
    "ends by itself after stop, with nothing left and nothing unhandled: %s",
    async (how) => {
      const { left, read, timers, unhandled, warnings } = (await run("./one-life.ts", [how])) as {
        readonly [name: string]: readonly unknown[];
      };
      expect(read).toEqual(Array.from({ length: 50 }, (_, at) => at));
      expect(unhandled).toEqual([]);
      expect(timers).toEqual([]);
      expect(warnings).not.toContain("MaxListenersExceededWarning");
      expect(left).toEqual([]);
    },
  );
});

describe("a gibibyte that streams past a slow loop", () => {
  it("is never held: no more than is fetched ahead, and the page that is processed", async () => {
    const { dataMiB, mostHeldMiB, mostResidentMiB } = (await run("./slow-loop.ts", [], ["--expose-gc"])) as {
      readonly [name: string]: number;
    };
    expect(dataMiB).toBeGreaterThanOrEqual(1_024);
    // 64 MiB ahead, where each of the 16 shards may give a page larger than its last by one; the page that is processed,
    // and the one before it, which the loop still has in its hands.
    expect(mostHeldMiB).toBeLessThan(64 + 16 + 2 * (10 + 15));
    expect(mostResidentMiB).toBeLessThan(350);
  });
});
