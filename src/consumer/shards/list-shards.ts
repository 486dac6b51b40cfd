// All shards of a stream, page by page: open ones, and closed ones as long as retention keeps their records.

import type { KinesisCalls } from "../../kinesis/index.ts";
import { ReadFailedError } from "../errors.ts";
import { callUntilAnswered, type ServiceCallContext } from "../service-call.ts";
import type { StreamId } from "../stream-id.ts";
import { type KnownShard, knownShard } from "./known-shard.ts";

export interface ListShardsContext extends ServiceCallContext {
  readonly calls: Pick<KinesisCalls, "listShards">;
  readonly stream: StreamId;
}

/** A service that says so of every token is not asked in a hurry. */
const ANEW_MS = 1_000;

/**
 * @param mostFailures in a row, after which even what might pass is given up
 * @throws `KPL_KIT_READ_FAILED`, `KPL_KIT_INVALID_SHARD`, the signal's reason
 */
export async function listAllShards(
  context: ListShardsContext,
  mostFailures: number = Number.POSITIVE_INFINITY,
): Promise<KnownShard[]> {
  const { calls, stream } = context;
  const shards: KnownShard[] = [];
  let token: string | undefined;
  for (;;) {
    const input = token === undefined ? stream.input : { ...stream.inputBesideToken, NextToken: token };
    const answered = await callUntilAnswered(context, {
      operation: "ListShards",
      mostFailures,
      call: (signal) => calls.listShards(input, signal),
    });
    if (answered.ok) {
      for (const shard of answered.output.Shards ?? []) shards.push(knownShard(shard));
      token = answered.output.NextToken;
      if (token === undefined) return shards;
    } else if (answered.failure.kind === "expired-next-token") {
      // It is good for five minutes. What was listed so far may have changed since.
      shards.length = 0;
      token = undefined;
      await context.clock.sleep(ANEW_MS, context.signal);
    } else throw new ReadFailedError("ListShards", { streamName: stream.name }, answered.error);
  }
}
