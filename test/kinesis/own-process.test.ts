// What the client does to the process it is made in, and what becomes of it where the SDK is not installed: seen from a
// process of its own, which runs the folder as one file.

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCbor } from "../../src/kinesis/index.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
let without: string;
let beside: string;

beforeAll(async () => {
  without = await mkdtemp(join(tmpdir(), "kinesis-"));
  const outfile = join(without, "kinesis.mjs");
  const external = ["@aws-sdk/*", "@smithy/*"];
  await build({
    entryPoints: [join(root, "src/kinesis/index.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external,
  });
  // The same, with nothing but the SDK's client to be found: its inner packages are its own affair.
  beside = join(without, "beside");
  await mkdir(join(beside, "node_modules/@aws-sdk"), { recursive: true });
  const client = dirname(createRequire(import.meta.url).resolve("@aws-sdk/client-kinesis/package.json"));
  await symlink(client, join(beside, "node_modules/@aws-sdk/client-kinesis"));
  await copyFile(outfile, join(beside, "kinesis.mjs"));
});

afterAll(async () => {
  await rm(without, { recursive: true, force: true });
});

async function runProgram(folder: string, program: string): Promise<unknown> {
  const file = join(folder, "program.mjs");
  await writeFile(file, program);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, [file], { env, timeout: 20_000 });
  return JSON.parse(stdout);
}

describe("without the AWS SDK", () => {
  it("the folder loads, and client and protocol are refused with the package to install", async () => {
    const printed = await runProgram(
      without,
      `
      import { createKinesisClient, KinesisCborProtocol, MissingPeerError, readCbor, writeCbor } from "./kinesis.mjs";
      const refusals = [() => createKinesisClient(), () => new KinesisCborProtocol()].map((make) => {
        try {
          make();
        } catch (error) {
          const { code, message, packageName, retryable } = error;
          return { code, isOurs: error instanceof MissingPeerError, message, packageName, retryable, cause: error.cause.code };
        }
      });
      console.log(JSON.stringify({ refusals, cbor: readCbor(writeCbor({ a: 1 })) }));
    `,
    );
    const refusal = {
      code: "KPL_KIT_MISSING_PEER",
      isOurs: true,
      message: "@aws-sdk/client-kinesis is not installed. Run: npm install @aws-sdk/client-kinesis",
      packageName: "@aws-sdk/client-kinesis",
      retryable: false,
      cause: "MODULE_NOT_FOUND",
    };
    expect(printed).toEqual({ refusals: [refusal, refusal], cbor: { a: 1 } });
  });

  it("an SDK that is broken in itself says so, and not that it is missing", async () => {
    const folder = join(without, "broken");
    await mkdir(join(folder, "node_modules/@aws-sdk/client-kinesis"), { recursive: true });
    await writeFile(join(folder, "node_modules/@aws-sdk/client-kinesis/index.js"), 'require("@smithy/gone");');
    await copyFile(join(without, "kinesis.mjs"), join(folder, "kinesis.mjs"));
    const printed = await runProgram(
      folder,
      `
      import { createKinesisClient } from "./kinesis.mjs";
      try {
        createKinesisClient();
      } catch (error) {
        console.log(JSON.stringify({ code: error.code, message: error.message.split("\\n")[0] }));
      }
    `,
    );
    expect(printed).toEqual({ code: "MODULE_NOT_FOUND", message: "Cannot find module '@smithy/gone'" });
  });
});

describe("with nothing but the SDK's client installed", () => {
  /** A program with a client, and a service that is in this process: what is left in that one is the client's. */
  async function runClient(program: string): Promise<unknown> {
    const server = createServer((request, response) => {
      request.resume().on("end", () => response.end(writeCbor({ Shards: [] })));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await runProgram(
        beside,
        `
        import { createRequire } from "node:module";
        import { createKinesisClient } from "./kinesis.mjs";
        const { cache } = createRequire(import.meta.url);
        const countLoaded = () => Object.keys(cache).filter((file) => file.includes("client-kinesis")).length;
        const loadedByImport = countLoaded();
        const kinesis = createKinesisClient({
          region: "us-east-1",
          endpoint: "http://127.0.0.1:${port}",
          credentials: { accessKeyId: "a", secretAccessKey: "b" },
        });
        const loadedByClient = countLoaded();
        const { ListShardsCommand } = await import("@aws-sdk/client-kinesis");
        const list = () => kinesis.send(new ListShardsCommand({ StreamName: "orders" }));
        const active = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name));
        ${program}
      `,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it("importing loads no SDK; a client does, and its inner packages are found beside it", async () => {
    const printed = await runClient(`
      const { Shards } = await list();
      console.log(JSON.stringify({ loadedByImport, isLoaded: loadedByClient > 0, Shards }));
    `);
    expect(printed).toEqual({ loadedByImport: 0, isLoaded: true, Shards: [] });
  });

  it("destroy() leaves no socket and no timer", async () => {
    const printed = await runClient(`
      await Promise.all(Array.from({ length: 10 }, list));
      // A socket that is free is not counted among the active; one in use is.
      const used = list();
      await new Promise((resolve) => setImmediate(resolve));
      const before = active();
      await used;
      kinesis.destroy();
      let turns = 0;
      while (active().length > 0 && turns++ < 100) await new Promise((resolve) => setImmediate(resolve));
      console.log(JSON.stringify({ wasActive: before.length > 0, left: active() }));
    `);
    expect(printed).toEqual({ wasActive: true, left: [] });
  });

  it("a client that is not destroyed keeps no process alive", async () => {
    const startedAt = performance.now();
    expect(await runClient("await list(); console.log(JSON.stringify(typeof kinesis));")).toBe("object");
    // The service would keep the connection, and the timers of the SDK are of seconds.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
