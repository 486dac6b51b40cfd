// What a scenario runs on: something that answers the AWS SDK's client as Kinesis does.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { ActionName } from "../../src/testing/index.ts";
import type { Differences } from "./difference.ts";

export type EngineName = "LocalKinesis" | "kinesis-local" | "kinesalite";

export interface Engine {
  readonly name: EngineName;
  /** Empty for our own. */
  readonly version: string;
  readonly transport: "HTTP/1.1" | "HTTP/2" | "in process";
  readonly time: "real" | "virtual";
  /** Calls that it does not know. */
  readonly lacks: readonly ActionName[];
  readonly differences: Differences;
  start(): Promise<RunningEngine>;
}

export interface RunningEngine {
  /** With no stream in it, and nothing of the scenarios that run beside it. */
  account(options: AccountOptions): Promise<Account>;
  stop(): Promise<void>;
}

export interface AccountOptions {
  /** The rates of AWS, so many calls, records and bytes a second, or any. Only LocalKinesis has rates at all. */
  readonly rates: "aws" | "any";
  /** Whether streams take a while to change, so that one can see them do it. */
  readonly changes: "slow" | "fast";
}

export interface Account {
  readonly kinesis: KinesisClient;
  /** How long a stream is CREATING, UPDATING or DELETING. */
  readonly transitionMs: number;
  /** The service's time. */
  nowMs(): number;
  /** Resolves when `ms` have gone by, in whatever time the engine runs. */
  elapse(ms: number): Promise<void>;
  /** Awaits what the service sends by itself. In virtual time, time runs meanwhile. */
  await<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}
