// Accounts of engines whose time is the machine's.

import { setTimeout as sleep } from "node:timers/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { Account } from "../engine.ts";

export function realTimeAccount(kinesis: KinesisClient, transitionMs: number, close?: () => Promise<void>): Account {
  return {
    kinesis,
    transitionMs,
    nowMs: () => Date.now(),
    elapse: async (ms) => {
      await sleep(ms);
    },
    await: (promise) => promise,
    close: async () => {
      kinesis.destroy();
      await close?.();
    },
  };
}
