// The in-process client, with every call and its outcome in the history, and those under way counted.

import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { LocalKinesis } from "../../src/testing/index.ts";

type Send = (command: object, options?: object) => Promise<object>;

/** A lost answer is given up after so long. */
const REQUEST_TIMEOUT_MS = 10_000;

export interface CallWatch {
  readonly kinesis: LocalKinesis;
  log(who: string, what: string): void;
  /** Counts a call until what it returns is called. */
  begin(): () => void;
}

export function watchedClient(watch: CallWatch, who: string): KinesisClient {
  const client = watch.kinesis.client({ requestTimeoutMs: REQUEST_TIMEOUT_MS });
  const send = client.send.bind(client) as Send;
  const watched: Send = async (command, options) => {
    const name = command.constructor.name.replace(/Command$/, "");
    const done = watch.begin();
    try {
      const answer = await send(command, options);
      watch.log(who, `${name} ${outcomeOf(answer)}`);
      return answer;
    } catch (error) {
      watch.log(who, `${name} ${nameOf(error)}`);
      throw error;
    } finally {
      done();
    }
  };
  client.send = watched as KinesisClient["send"];
  return client;
}

function outcomeOf(answer: object): string {
  const { ChildShards, FailedRecordCount, NextShardIterator, Records, Shards } = answer as {
    readonly ChildShards?: readonly unknown[];
    readonly FailedRecordCount?: number;
    readonly NextShardIterator?: string;
    readonly Records?: readonly { readonly SequenceNumber?: string }[];
    readonly Shards?: readonly { readonly ShardId?: string }[];
  };
  if (Shards) return Shards.map(({ ShardId }) => ShardId).join(" ");
  if (!Records) return "ok";
  const numbers = Records.map(({ SequenceNumber = "refused" }) => SequenceNumber);
  const shown = numbers.length > 0 ? ` ${numbers[0]}..${numbers.at(-1)}` : "";
  const failed = FailedRecordCount === undefined ? "" : `, ${FailedRecordCount} refused`;
  const end = ChildShards ? `, end, children ${ChildShards.length}` : "";
  return `${Records.length} records${failed}${shown}${end}${NextShardIterator === undefined ? "" : ", goes on"}`;
}

function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ? `${name} ${code}` : String(name);
}
