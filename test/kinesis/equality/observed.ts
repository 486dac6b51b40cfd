// All of a call's outcome that a program can see, but for what is another's each time: ids of requests, stacks.

import { createHash } from "node:crypto";
import type { Peers } from "../../../src/kinesis/index.ts";

export type Outcome =
  | { readonly kind: "answered"; readonly output: Readonly<Record<string, unknown>> }
  | { readonly kind: "refused"; readonly error: Readonly<Record<string, unknown>> };

export async function observed({ client }: Pick<Peers, "client">, call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: "answered", output: withoutIds((await call()) as Record<string, unknown>) };
  } catch (error) {
    return { kind: "refused", error: seen(client, error as Error) };
  }
}

function seen(client: Peers["client"], error: Error): Readonly<Record<string, unknown>> {
  // Also what is not enumerable, and in any order. Old SDKs keep the text of what they cannot read.
  const left = ["stack", "$response", "$responseBodyText"];
  const names = Object.getOwnPropertyNames(error).filter((name) => !left.includes(name));
  const own = Object.fromEntries(
    names.sort().map((name) => [name, (error as unknown as Record<string, unknown>)[name]]),
  );
  const isExported = (client as unknown as Record<string, unknown>)[error.constructor.name] === error.constructor;
  return {
    ...withoutIds(own),
    class: error.constructor.name,
    isExported,
    isService: error instanceof client.KinesisServiceException,
    message: error.message,
    name: error.name,
    text: String(error),
  };
}

function withoutIds({ $metadata, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if ($metadata === undefined) return rest;
  // What the SDK made of the server's Date header depends on the second in which it came.
  const { clockSkewCorrected: _, extendedRequestId, requestId, ...others } = $metadata as Record<string, unknown>;
  return {
    ...rest,
    $metadata: { ...others, extendedRequestId: typeof extendedRequestId, requestId: typeof requestId },
  };
}

const LARGE = 1_000;

/** The same, with a digest in the place of each large array of bytes: vitest compares them number by number. */
export function digested(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length < LARGE ? value : digestOf(value);
  if (Array.isArray(value)) return value.map(digested);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, digested(each)]));
}

function digestOf(bytes: Uint8Array): string {
  return `${bytes.constructor.name} ${bytes.length} ${createHash("md5").update(bytes).digest("hex")}`;
}
