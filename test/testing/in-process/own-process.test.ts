// What a client does to the process it is made in, and what becomes of it where the SDK is not installed: seen from a
// process of its own, which runs the folder as one file.

import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "in-process-"));
  await build({
    entryPoints: [join(root, "src/testing/in-process/index.ts")],
    outfile: join(folder, "in-process.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@aws-sdk/*"],
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function runProgram(program: string): Promise<{ readonly printed: unknown; readonly stderr: string }> {
  const file = join(folder, "program.mjs");
  await writeFile(file, program);
  const { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: _, NODE_OPTIONS: __, ...env } = process.env;
  const { stderr, stdout } = await run(process.execPath, [file], { env });
  return { printed: JSON.parse(stdout), stderr };
}

const PERFORMER = "{ isAction: () => true, perform: async () => ({}) }";

describe("without the AWS SDK", () => {
  it("the folder loads, and a client is refused with the package to install", async () => {
    const { printed } = await runProgram(`
      import { createInProcessClient } from "./in-process.mjs";
      try {
        createInProcessClient(${PERFORMER});
      } catch (error) {
        const { code, message, packageName, retryable } = error;
        console.log(JSON.stringify({ code, message, packageName, retryable, cause: error.cause.code }));
      }
    `);
    expect(printed).toEqual({
      code: "KPL_KIT_MISSING_PEER",
      message: "@aws-sdk/client-kinesis is not installed. Run: npm install @aws-sdk/client-kinesis",
      packageName: "@aws-sdk/client-kinesis",
      retryable: false,
      cause: "MODULE_NOT_FOUND",
    });
  });
});

describe("with the AWS SDK", () => {
  beforeAll(async () => {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  });

  it("a client warns of nothing, and leaves the SDK's warning to the first real client", async () => {
    const { printed, stderr } = await runProgram(`
      import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
      import { createInProcessClient } from "./in-process.mjs";
      const warnings = [];
      process.removeAllListeners("warning").on("warning", ({ message }) => warnings.push(message));
      const client = createInProcessClient(${PERFORMER});
      createInProcessClient(${PERFORMER});
      await client.send(new ListStreamsCommand({}));
      await new Promise(setImmediate);
      const quiet = warnings.length;
      new KinesisClient({ region: "us-east-1" });
      await new Promise(setImmediate);
      console.log(JSON.stringify({ quiet, warnings: warnings.filter((text) => text.includes("AWS SDK")).length }));
    `);
    const warnsOfThisNode = Number(process.versions.node.split(".")[0]) < 22;
    expect(printed).toEqual({ quiet: 0, warnings: warnsOfThisNode ? 1 : 0 });
    expect(stderr).toBe("");
  });

  it("a client sets no timer, opens no file and asks nothing of the environment", async () => {
    const { printed } = await runProgram(`
      import fs from "node:fs";
      import fsPromises from "node:fs/promises";
      import { syncBuiltinESMExports } from "node:module";
      const touched = [];
      const watch = (object, name) => {
        const real = object[name];
        object[name] = (...given) => (touched.push(name + " " + String(given[0])), real(...given));
      };
      for (const name of ["setTimeout", "setInterval", "setImmediate"]) watch(globalThis, name);
      for (const name of ["open", "readFile", "readFileSync", "openSync"]) watch(fs, name);
      for (const name of ["open", "readFile"]) watch(fsPromises, name);
      syncBuiltinESMExports();
      const { env } = process;
      process.env = new Proxy(env, { get: (_, name) => (touched.push("env " + String(name)), env[name]) });
      // Only now: whoever has taken readFile before would not be seen.
      const { ListStreamsCommand } = await import("@aws-sdk/client-kinesis");
      const { createInProcessClient } = await import("./in-process.mjs");
      createInProcessClient(${PERFORMER});
      const loading = touched.splice(0).length;
      const client = createInProcessClient(${PERFORMER}, { region: "eu-west-1" });
      for (let call = 0; call < 10; call++) await client.send(new ListStreamsCommand({}));
      const { region, credentials, maxAttempts, retryMode, useDualstackEndpoint, useFipsEndpoint } = client.config;
      for (const each of [region, credentials, maxAttempts, retryMode, useDualstackEndpoint, useFipsEndpoint]) {
        if (typeof each === "function") await each();
      }
      client.destroy();
      process.env = env;
      console.log(JSON.stringify({ sawLoading: loading > 0, touched }));
    `);
    expect(printed).toEqual({ sawLoading: true, touched: [] });
  });
});
