// The npm package kinesis-local (kinesis-mock, compiled to JavaScript) in a worker thread: a Kinesis without an account.
// It is a program, not a library, so all of its settings are environment variables. It listens on all interfaces,
// whatever one asks for.

import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { DemoError } from "./errors.ts";

export interface KinesisLocalOptions {
  /** Its default of 50 open shards a region would refuse larger trials. */
  readonly shardLimit?: number;
  /** How long a stream or a consumer is CREATING, UPDATING or DELETING. */
  readonly transitionMs?: number;
  /** After it was ready, it ended by itself. */
  readonly onCrash?: (error: Error) => void;
  readonly signal?: AbortSignal;
}

export interface KinesisLocal {
  readonly endpoint: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** As its settings name them. */
const TRANSITIONS = [
  "CREATE_STREAM",
  "DELETE_STREAM",
  "SPLIT_SHARD",
  "MERGE_SHARDS",
  "UPDATE_SHARD_COUNT",
  "REGISTER_STREAM_CONSUMER",
  "DEREGISTER_STREAM_CONSUMER",
  "START_STREAM_ENCRYPTION",
  "STOP_STREAM_ENCRYPTION",
  "UPDATE_STREAM_MODE",
];
const START_TIMEOUT_MS = 20_000;
const START_ATTEMPTS = 3;

export async function startKinesisLocal(options: KinesisLocalOptions = {}): Promise<KinesisLocal> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Between choosing a port and listening on it, another process may take it.
      const taken = error instanceof Error && error.message.includes("EADDRINUSE");
      if (!taken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

async function startOnce({
  shardLimit = 100,
  transitionMs = 50,
  onCrash,
  signal,
}: KinesisLocalOptions): Promise<KinesisLocal> {
  const require = createRequire(import.meta.url);
  const home = dirname(require.resolve("kinesis-local/package.json"));
  const { version } = require("kinesis-local/package.json") as { version: string };
  // It takes port 0 but never says which port it got.
  const [plainPort, tlsPort] = await freePorts(2);
  const worker = new Worker(join(home, "main.js"), {
    env: {
      KINESIS_MOCK_PLAIN_PORT: String(plainPort),
      KINESIS_MOCK_TLS_PORT: String(tlsPort),
      // By itself it looks for the certificate in the current folder, and stops.
      KINESIS_MOCK_CERT_PATH: join(home, "server.json"),
      ...Object.fromEntries(TRANSITIONS.map((name) => [`${name}_DURATION`, `${transitionMs}ms`])),
      SHARD_LIMIT: String(shardLimit),
      LOG_LEVEL: "ERROR",
    },
    stdout: true,
    stderr: true,
  });
  const said = lastWords(worker);
  let ready = false;
  let stopping = false;

  const ended = new Promise<never>((_, reject) => {
    const fail = (cause: string | Error) => {
      const why = cause instanceof Error ? cause.message : cause;
      const error = new DemoError(
        "KPL_KIT_DEMO_LOCAL_FAILED",
        [`kinesis-local ${version}: ${why}`, said()].filter(Boolean).join("\n"),
        {
          cause,
        },
      );
      reject(error);
      if (ready && !stopping) onCrash?.(error);
    };
    worker.once("error", fail);
    worker.once("exit", (code) => fail(`ended with code ${code}`));
  });
  // Once it is ready, nobody awaits this promise: onCrash tells.
  ended.catch(() => undefined);

  const stop = async (): Promise<void> => {
    stopping = true;
    await worker.terminate();
  };
  const endpoint = `http://127.0.0.1:${plainPort}`;
  const givenUp = new AbortController();
  try {
    const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
    await Promise.race([
      untilHealthy(endpoint, AbortSignal.any([givenUp.signal, deadline, ...(signal ? [signal] : [])])),
      ended,
    ]);
    ready = true;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    givenUp.abort();
  }
  return { endpoint, version, stop };
}

async function freePorts(count: number): Promise<number[]> {
  // All are held at once, or the same port could be handed out twice.
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

async function untilHealthy(endpoint: string, signal: AbortSignal): Promise<void> {
  while (true) {
    try {
      const answer = await fetch(`${endpoint}/healthcheck`, { signal });
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // Refused: it isn't listening yet.
      signal.throwIfAborted();
    }
    await sleep(25, undefined, { signal });
  }
}

/** Swallows what the worker prints, but keeps the end of it for the day it dies. */
function lastWords(worker: Worker): () => string {
  let kept = "";
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      kept = (kept + text).slice(-2_000);
    });
  }
  return () => kept.trim();
}
