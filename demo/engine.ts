// The Kinesis that a run without an account uses: kpl-kit's own in-process stream, or, to see the same with somebody else's
// code, kinesis-local. Both are met by the AWS SDK over HTTP.

import { LocalKinesis } from "../src/testing/index.ts";
import { startKinesisLocal } from "./kinesis-local.ts";

export const ENGINES = ["local", "kinesis-local"] as const;
export type EngineName = (typeof ENGINES)[number];

export interface Engine {
  readonly endpoint: string;
  /** For people. */
  readonly where: string;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** That the run will have open at most. */
  readonly shards: number;
  readonly signal: AbortSignal;
  /** It ended by itself after it was ready. */
  readonly onCrash: (error: Error) => void;
}

export async function startEngine(name: EngineName, { onCrash, shards, signal }: EngineOptions): Promise<Engine> {
  if (name === "kinesis-local") {
    const local = await startKinesisLocal({ signal, onCrash, shardLimit: shards });
    return {
      endpoint: local.endpoint,
      where: `kinesis-local ${local.version} in a worker thread, ${local.endpoint}`,
      stop: () => local.stop(),
    };
  }
  // Changes take a moment, as they do at AWS: whoever forgets to wait is found out.
  // The tip of a shard that is pushed shows itself by an empty event; AWS sends one every few seconds.
  const local = new LocalKinesis({ transitionMs: 50, heartbeatMs: 250 });
  const { endpoint } = await local.listen();
  return {
    endpoint,
    where: `LocalKinesis (kpl-kit/testing) in this process, with the limits of AWS, ${endpoint}`,
    stop: () => local.close(),
  };
}
