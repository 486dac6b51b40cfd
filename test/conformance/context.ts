// What a scenario works with: an account of its own, and the steps that many scenarios have in common.

import {
  CreateStreamCommand,
  type CreateStreamInput,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
  type KinesisClient,
  LimitExceededException,
  ListShardsCommand,
  PutRecordCommand,
  type PutRecordInput,
  type PutRecordOutput,
  RegisterStreamConsumerCommand,
  ResourceNotFoundException,
  type Shard,
  SplitShardCommand,
  type StreamDescriptionSummary,
} from "@aws-sdk/client-kinesis";
import type { Account } from "./engine.ts";
import { outcomeOf } from "./outcome.ts";

/** The name that scenarios give their only stream. */
export const STREAM = "orders";
export const FIRST = "shardId-000000000000";

/** Where a reader begins, without the stream and the shard. */
export type Start = Omit<GetShardIteratorInput, "StreamName" | "StreamARN" | "ShardId">;

export const TRIM_HORIZON: Start = { ShardIteratorType: "TRIM_HORIZON" };

const POLL_MS = 50;
const PATIENCE_MS = 15_000;

export class Context {
  readonly kinesis: KinesisClient;
  readonly #account: Account;

  constructor(account: Account) {
    this.kinesis = account.kinesis;
    this.#account = account;
  }

  /** The service's time, a moment after everything that it has done so far. */
  async later(ms = 5): Promise<Date> {
    await this.elapse(ms);
    return new Date(this.nowMs());
  }

  nowMs(): number {
    return this.#account.nowMs();
  }

  elapse(ms: number): Promise<void> {
    return this.#account.elapse(ms);
  }

  await<T>(promise: Promise<T>): Promise<T> {
    return this.#account.await(promise);
  }

  /** Made and ACTIVE. One shard where nothing else is said. */
  async createStream(input: Partial<CreateStreamInput> = {}): Promise<StreamDescriptionSummary> {
    const { StreamName = STREAM } = input;
    const ShardCount = input.StreamModeDetails?.StreamMode === "ON_DEMAND" ? undefined : (input.ShardCount ?? 1);
    // Where all accounts share the five that may be CREATING at a time, other scenarios may be in the way.
    await this.until(
      () => this.kinesis.send(new CreateStreamCommand({ ...input, StreamName, ShardCount })).catch(limitExceeded),
      (answer) => answer !== undefined,
    );
    return this.untilActive(StreamName);
  }

  async summary(StreamName: string = STREAM): Promise<StreamDescriptionSummary> {
    const { StreamDescriptionSummary } = await this.kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    return StreamDescriptionSummary!; // a required member of the answer
  }

  async untilActive(name: string = STREAM): Promise<StreamDescriptionSummary> {
    // The first look comes late enough to be the last.
    await this.elapse(this.#account.transitionMs);
    return this.until(
      () => this.summary(name),
      ({ StreamStatus }) => StreamStatus === "ACTIVE",
    );
  }

  /** Every status that the stream has from the call on, to the last one. */
  async statusesAfter(call: Promise<unknown>, last: "ACTIVE" | "gone" = "ACTIVE"): Promise<string[]> {
    const seen: string[] = [];
    const look = async (): Promise<string> => {
      const { StreamStatus: status = "none" } = await this.summary().catch(gone);
      if (seen.at(-1) !== status) seen.push(status);
      return status;
    };
    // Sent before the call has answered: what lasts for a moment may be over by then.
    const early = [1, 2, 3, 4].map(look);
    await call;
    await Promise.all([...early, look()]);
    await this.until(look, (status) => status === last);
    const [first = ""] = seen;
    const isFromBefore = seen.length > 1 && (first === "ACTIVE" || first === "gone");
    return isFromBefore ? seen.slice(1) : seen;
  }

  async until<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
    const giveUpAtMs = this.nowMs() + PATIENCE_MS;
    while (this.nowMs() < giveUpAtMs) {
      const found = await look();
      if (isThere(found)) return found;
      await this.elapse(POLL_MS);
    }
    throw new Error(`it did not come in ${PATIENCE_MS} ms`);
  }

  /** Until the service knows nothing of it any more. */
  async untilGone(look: () => Promise<unknown>): Promise<void> {
    await this.elapse(this.#account.transitionMs);
    await this.until(
      () => outcomeOf(look()),
      (outcome) => outcome === "ResourceNotFoundException",
    );
  }

  async shards(StreamName: string = STREAM): Promise<Shard[]> {
    const { Shards = [] } = await this.kinesis.send(new ListShardsCommand({ StreamName }));
    return Shards;
  }

  /** The only stream's first shard becomes shards 1 and 2, each half of it. */
  async splitFirst(): Promise<void> {
    const [first] = await this.shards();
    const { EndingHashKey, StartingHashKey } = first?.HashKeyRange ?? {};
    const middle = (BigInt(StartingHashKey ?? 0) + BigInt(EndingHashKey ?? 0)) / 2n + 1n;
    await this.kinesis.send(
      new SplitShardCommand({ StreamName: STREAM, ShardToSplit: FIRST, NewStartingHashKey: middle.toString() }),
    );
    await this.untilActive();
  }

  async put(text: string, input: Partial<PutRecordInput> = {}): Promise<PutRecordOutput> {
    return this.kinesis.send(
      new PutRecordCommand({ StreamName: STREAM, PartitionKey: "a", Data: Buffer.from(text), ...input }),
    );
  }

  async putAll(...texts: string[]): Promise<string[]> {
    const sequenceNumbers: string[] = [];
    for (const text of texts) sequenceNumbers.push((await this.put(text)).SequenceNumber ?? "");
    return sequenceNumbers;
  }

  async iterator(start: Start = TRIM_HORIZON, ShardId: string = FIRST, StreamName: string = STREAM): Promise<string> {
    const { ShardIterator = "" } = await this.kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId, ...start }),
    );
    return ShardIterator;
  }

  async getRecords(ShardIterator: string | undefined, Limit?: number): Promise<GetRecordsOutput> {
    return this.kinesis.send(new GetRecordsCommand({ ShardIterator, Limit }));
  }

  /** Pages from there on, until one is at the tip. */
  async pages(start: Start = TRIM_HORIZON, ShardId: string = FIRST, Limit?: number): Promise<GetRecordsOutput[]> {
    return this.pagesFrom(await this.iterator(start, ShardId), Limit);
  }

  async pagesFrom(iterator: string, Limit = 10_000): Promise<GetRecordsOutput[]> {
    const pages: GetRecordsOutput[] = [];
    for (let next: string | undefined = iterator; next; ) {
      const page = await this.getRecords(next, Limit);
      pages.push(page);
      // Where MillisBehindLatest is always 0, a full page is not the last.
      if (page.MillisBehindLatest === 0 && (page.Records?.length ?? 0) < Limit) break;
      next = page.NextShardIterator;
    }
    return pages;
  }

  /** Pages of a closed shard: the last one may be a second one without a record. */
  async pagesToEnd(iterator: string, Limit?: number): Promise<GetRecordsOutput[]> {
    const pages: GetRecordsOutput[] = [];
    let empty = 0;
    for (let next: string | undefined = iterator; next && empty < 3; ) {
      const page = await this.getRecords(next, Limit);
      pages.push(page);
      empty = page.Records?.length === 0 ? empty + 1 : 0;
      next = page.NextShardIterator;
    }
    return pages;
  }

  /** The texts of all records from there on. */
  async read(start: Start = TRIM_HORIZON, ShardId: string = FIRST): Promise<string[]> {
    return (await this.pages(start, ShardId)).flatMap(textsOf);
  }

  /** Registered and ACTIVE; its ARN. */
  async registerConsumer(ConsumerName: string, streamName: string = STREAM): Promise<string> {
    const { StreamARN } = await this.summary(streamName);
    const { Consumer } = await this.kinesis.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
    const { ConsumerARN } = Consumer!; // a required member of the answer
    await this.untilConsumerActive(ConsumerARN);
    return ConsumerARN ?? "";
  }

  async untilConsumerActive(ConsumerARN: string | undefined): Promise<void> {
    await this.elapse(this.#account.transitionMs);
    await this.until(
      () => this.kinesis.send(new DescribeStreamConsumerCommand({ ConsumerARN })),
      ({ ConsumerDescription }) => ConsumerDescription?.ConsumerStatus === "ACTIVE",
    );
  }
}

function limitExceeded(error: unknown): undefined {
  if (!(error instanceof LimitExceededException)) throw error;
}

function gone(error: unknown): { readonly StreamStatus: string } {
  if (!(error instanceof ResourceNotFoundException)) throw error;
  return { StreamStatus: "gone" };
}

export function textsOf({ Records = [] }: Pick<GetRecordsOutput, "Records">): string[] {
  return Records.map(({ Data }) => Buffer.from(Data ?? []).toString());
}

/** 3 of "shardId-000000000003". */
export function shardNumber(shardId: string | undefined): number {
  return Number(shardId?.replace("shardId-", ""));
}
