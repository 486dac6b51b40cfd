// The forms of reading, as users write them.

import type { UserRecord } from "../../../src/codec/index.ts";
import type { ShardBatches, ShardProcessor, StreamReader } from "../../../src/consumer/index.ts";
import type { KitForm } from "../kit-log.ts";
import type { KitUser } from "./kit-user.ts";

/** Settles when the user's code has come to its end. */
export const FORMS: Readonly<Record<KitForm, (reader: StreamReader, user: KitUser) => Promise<void>>> = {
  loop: async (reader, user) => {
    const batches = user.line.iterate(reader);
    user.leave = () => batches.return!(); // it has one
    for await (const batch of batches) {
      await user.workAt(batch);
      if (user.wantsBreak) break;
    }
  },

  shards: async (reader, user) => {
    const loops: Promise<void>[] = [];
    let failure: { readonly error: unknown } | undefined;
    const shards = user.line.iterate(reader.shards());
    user.leave = () => shards.return!(); // it has one
    for await (const shard of shards) {
      if (user.wantsBreak) break;
      if (user.happens(user.plan.leavesPerMille)) {
        user.log(`never iterates ${shard.shardId}`);
        continue;
      }
      const loop = readShard(shard, user).catch(async (error: unknown) => {
        failure ??= { error };
        await user.line.through(reader.stop());
      });
      loops.push(loop);
    }
    await Promise.all(loops);
    if (failure) throw failure.error;
  },

  processor: (reader, user) => user.line.through(reader.run(() => processorOf(user))),

  record: (reader, user) => {
    const { limit, onFailure, per, retry } = user.plan;
    return user.line.through(
      reader.run({
        record: (record) => handle(record, user),
        concurrency: { limit, per },
        onFailure: onFailure === "divert" ? (record) => divert(record, user) : onFailure,
      }),
    );

    function handle(record: UserRecord, { line }: KitUser): Promise<void> | void {
      if (line.isCut) return never();
      user.delivered([record]);
      const working = user.work();
      if (!working) return user.finished(record);
      return line.through(working).then(
        () => user.finished(record),
        (error: unknown) => {
          // Given up, and as good as finished.
          if (user.threw(record) === retry.attempts && onFailure === "skip") user.finished(record);
          throw error;
        },
      );
    }
  },
};

async function divert(record: UserRecord, user: KitUser): Promise<void> {
  const working = user.work();
  if (working) await user.line.through(working);
  user.finished(record);
}

async function readShard(shard: ShardBatches, user: KitUser): Promise<void> {
  for await (const batch of user.line.iterate(shard)) {
    await user.workAt(batch);
    if (user.wantsBreak) break;
    if (!user.happens(user.plan.leavesPerMille)) continue;
    user.hasLeft = true;
    user.log(`leaves ${shard.shardId}`);
    break;
  }
}

function processorOf(user: KitUser): ShardProcessor {
  const { line } = user;
  /** Now and then something in it throws, before or after what it does. */
  const throwing = async (act: () => Promise<void>): Promise<void> => {
    if (line.isCut) return never();
    const before = user.work();
    if (before) await line.through(before);
    await act();
    const after = user.work();
    if (after) await line.through(after);
  };
  return {
    initialize: () => throwing(async () => undefined),
    processRecords: async (batch) => {
      if (line.isCut) return never();
      try {
        await user.workAt(batch);
      } catch (error) {
        for (const record of batch.records) user.threw(record);
        throw error;
      }
    },
    shardEnded: (batch) => throwing(() => user.checkpointAll(batch)),
    shutdownRequested: (batch) => throwing(() => user.checkpointAll(batch)),
  };
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
