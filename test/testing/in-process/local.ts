import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { onTestFinished } from "vitest";
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../../src/testing/index.ts";

export interface Local {
  readonly clock: VirtualClock;
  readonly local: LocalKinesis;
  readonly client: KinesisClient;
}

/** One stream, "orders" of one shard, in virtual time; closed with the test. */
export function open({
  requestTimeoutMs,
  ...options
}: LocalKinesisOptions & { requestTimeoutMs?: number } = {}): Local {
  const clock = new VirtualClock();
  const local = new LocalKinesis({ clock, streams: { orders: 1 }, ...options });
  onTestFinished(() => local.close());
  const client = local.client(requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  return { clock, local, client };
}

export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with ${String(error)}, which is no Error`);
  }
  throw new Error("did not reject");
}

/** Looked at later, and by then it may have rejected. */
export function underWay<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
