// An account in a region: its streams and consumers, and what the model is set to.

import { InvalidOptionError } from "../../codec/index.ts";
import type { Clock } from "../../kinesis/index.ts";
import type { Limits } from "../limits.ts";
import { invalidArgument, limitExceeded, notFound } from "../service-error.ts";
import { Budget } from "./budget.ts";
import type { Consumer } from "./consumer.ts";
import { Stream, type StreamOrigin } from "./stream.ts";

export interface AccountOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly accountId: string;
  readonly region: string;
  /** How long a stream is CREATING, UPDATING or DELETING, and a consumer CREATING or DELETING. */
  readonly transitionMs: number;
  /** How long a subscription stays silent while nothing comes. */
  readonly heartbeatMs: number;
  /** Whether the last page of a closed shard tells its end, or one more page does. */
  readonly shardEnd: "with-last-records" | "after-last-records";
}

/** Which stream a call means. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** A sequence number has 36 bits for seconds. */
const END_OF_TIME_MS = 2 ** 36 * 1_000;

export class Account {
  readonly options: AccountOptions;
  readonly limits: Limits;
  readonly accountId: string;
  readonly region: string;
  /** Deleted ones too, for a snapshot. */
  readonly everyStream: Stream[] = [];
  readonly #streams = new Map<string, Stream>();
  readonly #calls = new Map<string, Budget>();
  readonly #seconds = new Map<string, number>();
  readonly #wallStartMs: number;
  readonly #monotonicStartMs: number;
  minimumThroughputBilling: { readonly startedAtMs: number; readonly endedAtMs: number | undefined } | undefined;

  constructor(options: AccountOptions) {
    const { accountId, clock, limits, region } = options;
    if (!/^\d{12}$/.test(accountId)) throw new InvalidOptionError("accountId", accountId, "twelve digits");
    if (!/^[a-z0-9-]+$/.test(region))
      throw new InvalidOptionError("region", region, 'a region\'s name, as "us-east-1"');
    if (!(clock.now() >= 0 && clock.now() < END_OF_TIME_MS)) {
      throw new InvalidOptionError(
        "clock",
        clock.now(),
        "a clock between 1970 and 4147: sequence numbers tell no other",
      );
    }
    this.options = options;
    this.limits = limits;
    this.accountId = accountId;
    this.region = region;
    this.#wallStartMs = clock.now();
    this.#monotonicStartMs = clock.monotonicMs();
  }

  /** The service's own time, in whole milliseconds: a caller's wall clock that jumps does not move it. */
  nowMs(): number {
    return Math.floor(this.#wallStartMs + (this.options.clock.monotonicMs() - this.#monotonicStartMs));
  }

  get streams(): readonly Stream[] {
    const nowMs = this.nowMs();
    const alive: Stream[] = [];
    for (const stream of this.#streams.values()) {
      stream.settle(nowMs);
      if (!stream.isDeleted) alive.push(stream);
    }
    return alive;
  }

  /** One without shards so far. */
  newStream(origin: Pick<StreamOrigin, "name" | "mode" | "maxRecordSizeInKiB">): Stream {
    const { name } = origin;
    const stream = new Stream(
      {
        ...origin,
        arn: this.arnOf(name),
        ordinal: this.everyStream.length,
        createdAtMs: this.nowMs(),
        // Deleted and made anew within a second, as here it may be, it must not take its forerunner's numbers for its own.
        leastSecond: this.everyStream.findLast((earlier) => earlier.name === name)?.freeSecond ?? 0,
      },
      this.limits,
    );
    this.#streams.set(name, stream);
    this.everyStream.push(stream);
    return stream;
  }

  /** What a token told of: that stream, and no later one of its name. @throws `ServiceError` ResourceNotFoundException */
  streamAt(ordinal: number, name: string): Stream {
    const stream = this.find(name);
    if (stream?.ordinal !== ordinal) throw this.noStream(name);
    return stream;
  }

  /** This second, or for a name that has had it the next one: here all of a life may pass within a second. */
  ownSecond(name: string): number {
    const second = Math.max(Math.floor(this.nowMs() / 1_000), (this.#seconds.get(name) ?? -1) + 1);
    this.#seconds.set(name, second);
    return second;
  }

  /** Undefined: there is none, or no longer. */
  find(name: string): Stream | undefined {
    const stream = this.#streams.get(name);
    if (!stream) return undefined;
    stream.settle(this.nowMs());
    if (!stream.isDeleted) return stream;
    this.#streams.delete(name);
    return undefined;
  }

  /** @throws `ServiceError` */
  streamOf(reference: StreamReference): Stream {
    const name = this.nameOf(reference);
    const stream = this.find(name);
    if (!stream) throw this.noStream(name);
    return stream;
  }

  /** For reading and writing: "perform these only on an ACTIVE stream", or one that is being resharded. @throws `ServiceError` */
  usableStreamOf(reference: StreamReference): Stream {
    const stream = this.streamOf(reference);
    if (stream.status === "CREATING" || stream.status === "DELETING") throw this.noStream(stream.name);
    return stream;
  }

  /** @throws `ServiceError` */
  nameOf({ StreamARN: arn, StreamName: name }: StreamReference): string {
    if (arn === undefined) {
      if (name === undefined) throw invalidArgument("Either StreamARN or StreamName must be provided.");
      return name;
    }
    const named = this.#nameInArn(arn);
    if (name !== undefined && name !== named) {
      throw invalidArgument(`StreamARN ${arn} and StreamName ${name} do not name the same stream.`);
    }
    return named;
  }

  arnOf(streamName: string): string {
    return `arn:aws:kinesis:${this.region}:${this.accountId}:stream/${streamName}`;
  }

  noStream(name: string): Error {
    return notFound(`Stream ${name} under account ${this.accountId} not found.`);
  }

  /** @throws `ServiceError` */
  consumerOf(input: {
    readonly ConsumerARN?: string | undefined;
    readonly ConsumerName?: string | undefined;
    readonly StreamARN?: string | undefined;
  }): { readonly stream: Stream; readonly consumer: Consumer } {
    const { ConsumerARN: arn, ConsumerName: name, StreamARN: streamArn } = input;
    if (arn === undefined && (name === undefined || streamArn === undefined)) {
      throw invalidArgument("Either ConsumerARN, or StreamARN and ConsumerName, must be provided.");
    }
    const wanted = arn ?? `${streamArn}/consumer/${name}`;
    const owner = streamArn ?? wanted.slice(0, wanted.lastIndexOf("/consumer/"));
    const stream = this.find(this.#nameInArn(owner));
    const consumer = [...(stream ? this.consumersOf(stream) : [])].find((candidate) =>
      arn === undefined
        ? candidate.name === name
        : candidate.arn === arn && candidate.name === (name ?? candidate.name),
    );
    if (!stream || !consumer) throw notFound(`Consumer ${wanted} under account ${this.accountId} not found.`);
    return { stream, consumer };
  }

  consumersOf(stream: Stream): readonly Consumer[] {
    const nowMs = this.nowMs();
    for (const consumer of stream.consumers.values()) {
      if (consumer.isGone(nowMs)) stream.consumers.delete(consumer.name);
    }
    return [...stream.consumers.values()];
  }

  /** The rate of a call that manages something. `scope`: a stream, or the whole account. @throws `ServiceError` */
  admit(action: string, perSecond: number, scope = ""): void {
    if (this.limits.controlCalls === "off") return;
    const nowMs = this.nowMs();
    const key = `${action} ${scope}`;
    let calls = this.#calls.get(key);
    if (!calls) {
      calls = new Budget(perSecond, nowMs);
      this.#calls.set(key, calls);
    }
    if (!calls.tryTake(1, nowMs))
      throw limitExceeded(`Rate exceeded for ${scope || `account ${this.accountId}`}: ${action}.`);
  }

  #nameInArn(arn: string): string {
    const [, region, accountId, name] = /^arn:aws[^:]*:kinesis:([^:]*):(\d{12}):stream\/([^/]+)$/.exec(arn) ?? [];
    if (name === undefined) throw invalidArgument(`StreamARN ${arn} is not the ARN of a stream.`);
    if (accountId !== this.accountId || region !== this.region) {
      throw notFound(`Stream ${name} under account ${accountId} in ${region} not found.`);
    }
    return name;
  }
}
