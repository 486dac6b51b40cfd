// A TypeScript program of this repository in a process of its own, as its user starts it.

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunProgramOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with what it has said so far on standard output, whenever that grows. */
  readonly onOutput?: (soFar: string, interrupt: () => void) => void;
}

export async function runProgram(
  path: string,
  args: readonly string[],
  options: RunProgramOptions = {},
): Promise<Outcome> {
  const { env = {}, input = "", onOutput } = options;
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  let soFar = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    soFar += chunk;
    onOutput?.(soFar, () => child.kill("SIGINT"));
  });
  // A program that refuses its options doesn't read on.
  child.stdin.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  child.stdin.end(input);
  const exited = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [stderr, exitCode] = await Promise.all([text(child.stderr), exited]);
  return { exitCode, stdout: soFar, stderr };
}

export async function demo(args: readonly string[], options?: RunProgramOptions): Promise<Outcome> {
  return await runProgram("demo/main.ts", args, options);
}

/** So that the SDK of a program under test goes where the test wants it. */
export function awsEnv(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}
