// The stream that a run uses, and what has to go when it ends: a Kinesis in this process, or a stream elsewhere that was
// there before, or one that is made with the user's word.

import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { clientFor } from "./client.ts";
import { startEngine } from "./engine.ts";
import { DemoError } from "./errors.ts";
import type { DemoOptions } from "./options.ts";
import type { Retrieval } from "./read-back.ts";
import { createStream, deleteStream, deregisterConsumer, type Stream, untilActive } from "./stream.ts";

export interface Place {
  readonly stream: Stream;
  /** For people. */
  readonly where: string;
  /** Others may write to it. */
  readonly shared: boolean;
  readonly retrieval: Retrieval;
  /** What could not be cleaned up, if anything. */
  close(): Promise<Error | undefined>;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly onCrash: (error: Error) => void;
}

export async function openPlace(options: DemoOptions, { onCrash, signal }: OpenOptions): Promise<Place> {
  const elsewhere = options.endpoint ?? options.region ?? options.stream;
  return elsewhere === undefined ? await inThisProcess(options, { onCrash, signal }) : await outside(options, signal);
}

async function inThisProcess(
  { encoding, engine: name, fanOut, shards }: DemoOptions,
  { onCrash, signal }: OpenOptions,
): Promise<Place> {
  // The SDK's note on the end of Node 20 is for programs that meet AWS; this client never does.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const engine = await startEngine(name, { signal, onCrash, shards: 2 * shards + 2 });
  const kinesis = clientFor({ encoding, endpoint: engine.endpoint, region: "us-east-1" });
  const close = async (): Promise<undefined> => {
    kinesis.destroy();
    await engine.stop();
  };
  try {
    const stream = { kinesis, name: "kpl-kit-demo", signal };
    await createStream(stream, shards);
    await untilActive(stream);
    return { stream, where: engine.where, shared: false, retrieval: retrievalFor(stream.name, fanOut), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function outside(options: DemoOptions, signal: AbortSignal): Promise<Place> {
  const { encoding, endpoint, fanOut, region, stream: existing } = options;
  // Emulators have no regions of their own; AWS has no default.
  const kinesis = clientFor({
    encoding,
    endpoint,
    region: region ?? (endpoint && (process.env["AWS_REGION"] ?? "us-east-1")),
  });
  try {
    const where = endpoint ?? `AWS, ${await regionOf(kinesis)}`;
    if (existing === undefined) return await madeFor(options, { kinesis, where, signal });
    const stream = { kinesis, name: existing, signal };
    await untilActive(stream);
    // Its own each time: two that read as one consumer take the shards from each other.
    const retrieval = retrievalFor(`kpl-kit-demo-${randomUUID().slice(0, 8)}`, fanOut);
    return { stream, where, shared: true, retrieval, close: () => leave(stream, retrieval) };
  } catch (error) {
    kinesis.destroy();
    throw error;
  }
}

function retrievalFor(consumerName: string, fanOut: boolean): Retrieval {
  return fanOut ? { consumerName } : "polling";
}

/** A consumer that stays costs money. */
async function leave({ kinesis, name }: Stream, retrieval: Retrieval): Promise<Error | undefined> {
  try {
    if (retrieval !== "polling") await deregisterConsumer({ kinesis, name }, retrieval.consumerName);
    return undefined;
  } catch (cause) {
    return new Error(`a consumer of the stream ${name} may still be there: ${String(cause)}`, { cause });
  } finally {
    kinesis.destroy();
  }
}

async function regionOf(kinesis: KinesisClient): Promise<string> {
  try {
    return await kinesis.config.region();
  } catch (cause) {
    throw new DemoError("KPL_KIT_DEMO_OPTION", "--region is needed: the environment names none", { cause });
  }
}

interface Elsewhere {
  readonly kinesis: KinesisClient;
  readonly where: string;
  readonly signal: AbortSignal;
}

async function madeFor({ fanOut, shards, yes }: DemoOptions, { kinesis, signal, where }: Elsewhere): Promise<Place> {
  const stream = { kinesis, name: `kpl-kit-demo-${randomUUID().slice(0, 8)}`, signal };
  if (!yes)
    await askFor(`Make the stream ${stream.name} (shards: ${shards}) at ${where}, and delete it again?`, signal);
  const close = async (): Promise<Error | undefined> => {
    try {
      await deleteStream(stream);
      return undefined;
    } catch (cause) {
      return new Error(`the stream ${stream.name} at ${where} is still there: ${String(cause)}`, { cause });
    } finally {
      kinesis.destroy();
    }
  };
  await createStream(stream, shards);
  try {
    await untilActive(stream);
  } catch (error) {
    const left = await close();
    throw left ? new AggregateError([error, left], `${String(error)}; ${left.message}`) : error;
  }
  return { stream, where, shared: false, retrieval: retrievalFor(stream.name, fanOut), close };
}

async function askFor(question: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new DemoError(
      "KPL_KIT_DEMO_CONSENT",
      "this would make a stream and delete it again, which may cost money: say --yes, or name a --stream",
    );
  }
  // Questions go to standard error: with --json, standard output holds the result alone.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once("SIGINT", () => process.emit("SIGINT"));
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new DemoError("KPL_KIT_DEMO_CONSENT", "nothing was made, nothing was put");
    }
  } finally {
    terminal.close();
  }
}
