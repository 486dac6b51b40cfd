// LocalKinesis by each of its doors: HTTP in the machine's time, in the process in virtual time.

import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../../src/testing/index.ts";
import type { Account, AccountOptions, Engine } from "../engine.ts";
import { clientOf } from "./client.ts";
import { realTimeAccount } from "./real-time.ts";

const ANY_RATE = Number.POSITIVE_INFINITY;

function optionsFor({ changes, rates }: AccountOptions): LocalKinesisOptions & { readonly transitionMs: number } {
  return {
    transitionMs: changes === "slow" ? 400 : 20,
    heartbeatMs: 200,
    limits:
      rates === "aws"
        ? "aws"
        : {
            writeRecordsPerSecond: ANY_RATE,
            writeBytesPerSecond: ANY_RATE,
            readCallsPerSecond: ANY_RATE,
            readBytesPerSecond: ANY_RATE,
            fanOutBytesPerSecond: ANY_RATE,
            shardIteratorCallsPerSecond: ANY_RATE,
            subscribeCallsPerSecond: ANY_RATE,
            controlCalls: "off",
          },
  };
}

async function overHttp(transport: "HTTP/1.1" | "HTTP/2", options: AccountOptions): Promise<Account> {
  const resolved = optionsFor(options);
  const local = new LocalKinesis(resolved);
  const { endpoint } = await local.listen();
  return realTimeAccount(clientOf({ endpoint, transport }), resolved.transitionMs, () => local.close());
}

async function inProcess(options: AccountOptions): Promise<Account> {
  const clock = new VirtualClock();
  const resolved = optionsFor(options);
  const local = new LocalKinesis({ ...resolved, clock });
  return {
    kinesis: local.client(),
    transitionMs: resolved.transitionMs,
    nowMs: () => clock.now(),
    elapse: (ms) => clock.advance(ms),
    await: (promise) => clock.runUntil(promise),
    close: () => local.close(),
  };
}

const own = { name: "LocalKinesis", version: "", lacks: [], differences: {} } as const;
const stop = async (): Promise<void> => undefined;

export const overHttp1: Engine = {
  ...own,
  transport: "HTTP/1.1",
  time: "real",
  start: async () => ({ account: (options) => overHttp("HTTP/1.1", options), stop }),
};

export const overHttp2: Engine = {
  ...own,
  transport: "HTTP/2",
  time: "real",
  start: async () => ({ account: (options) => overHttp("HTTP/2", options), stop }),
};

export const inTheProcess: Engine = {
  ...own,
  transport: "in process",
  time: "virtual",
  start: async () => ({ account: inProcess, stop }),
};
