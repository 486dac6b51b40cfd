// Registered consumers of enhanced fan-out: RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers,
// DeregisterStreamConsumer.

import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import { inUse, invalidArgument, limitExceeded, notFound, ServiceError } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { Consumer } from "../consumer.ts";
import { openToken, sealToken } from "../opaque-token.ts";
import type { Stream } from "../stream.ts";
import { requireTags } from "./tag-rules.ts";

/** "If you specify a value greater than 100, at most 100 results are returned." */
const MOST_CONSUMERS = 100;

export function registerStreamConsumer(
  account: Account,
  input: InputOf<"RegisterStreamConsumer">,
): OutputOf<"RegisterStreamConsumer"> {
  const { ConsumerName: name = "", StreamARN, Tags = {} } = input;
  const stream = usableStream(account, StreamARN);
  account.admit("RegisterStreamConsumer", 5);
  const consumers = account.consumersOf(stream);
  const { consumersPerStream, creatingAtOnce } = account.limits;
  const nowMs = account.nowMs();
  if (consumers.some((consumer) => consumer.name === name)) {
    throw inUse(`Consumer ${name} of stream ${stream.name} under account ${account.accountId} already exists.`);
  }
  if (consumers.length >= consumersPerStream) {
    throw limitExceeded(
      `Stream ${stream.name} under account ${account.accountId} may have ${consumersPerStream} registered consumers.`,
    );
  }
  // "Registering a 6th consumer while there are 5 in a CREATING status results in a LimitExceededException."
  if (consumers.filter((consumer) => consumer.status(nowMs) === "CREATING").length >= creatingAtOnce) {
    throw limitExceeded(`Only ${creatingAtOnce} consumers may be in state CREATING at a time.`);
  }
  requireTags(account, `consumer ${name}`, Tags);
  const consumer = new Consumer(
    {
      name,
      // With the time of registration: a consumer of the same name later has another ARN.
      arn: `${stream.arn}/consumer/${name}:${account.ownSecond(`${stream.arn}/consumer/${name}`)}`,
      streamArn: stream.arn,
      createdAtMs: nowMs,
      activeAtMs: nowMs + account.options.transitionMs,
    },
    account.limits,
  );
  for (const [key, value] of Object.entries(Tags)) consumer.tags.set(key, value);
  stream.consumers.set(name, consumer);
  // The answer shows it as it begins.
  return { Consumer: { ...consumer.describe(nowMs), ConsumerStatus: "CREATING" } };
}

export function describeStreamConsumer(
  account: Account,
  input: InputOf<"DescribeStreamConsumer">,
): OutputOf<"DescribeStreamConsumer"> {
  const { consumer, stream } = account.consumerOf(input);
  account.admit("DescribeStreamConsumer", 20, stream.name);
  return { ConsumerDescription: { ...consumer.describe(account.nowMs()), StreamARN: stream.arn } as never };
}

export function listStreamConsumers(
  account: Account,
  input: InputOf<"ListStreamConsumers">,
): OutputOf<"ListStreamConsumers"> {
  const { MaxResults = MOST_CONSUMERS, NextToken, StreamARN, StreamCreationTimestamp } = input;
  const stream = account.streamOf({ StreamARN });
  account.admit("ListStreamConsumers", 5, stream.name);
  if (
    StreamCreationTimestamp &&
    Math.floor(StreamCreationTimestamp.getTime() / 1_000) !== Math.floor(stream.createdAtMs / 1_000)
  ) {
    throw notFound(`Stream ${stream.name} under account ${account.accountId} not found.`);
  }
  if (NextToken !== undefined && StreamCreationTimestamp !== undefined) {
    throw invalidArgument("NextToken and StreamCreationTimestamp cannot be provided together.");
  }
  const after = NextToken === undefined ? "" : readToken(account, stream, NextToken);
  const nowMs = account.nowMs();
  const listed = account
    .consumersOf(stream)
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = listed.slice(0, Math.min(MaxResults, MOST_CONSUMERS));
  const last = page.at(-1);
  return {
    Consumers: page.map((consumer) => consumer.describe(nowMs)),
    ...(last && page.length < listed.length
      ? { NextToken: sealToken("consumers", [stream.ordinal, last.name, nowMs]) }
      : {}),
  };
}

export function deregisterStreamConsumer(account: Account, input: InputOf<"DeregisterStreamConsumer">): Nothing {
  const { consumer, stream } = account.consumerOf(input);
  account.admit("DeregisterStreamConsumer", 5, stream.name);
  consumer.deregister(account.nowMs() + account.options.transitionMs);
  return {};
}

/** @throws `ServiceError` */
function usableStream(account: Account, arn: string | undefined): Stream {
  const stream = account.streamOf({ StreamARN: arn });
  if (stream.status === "ACTIVE" || stream.status === "UPDATING") return stream;
  throw inUse(`Stream ${stream.name} under account ${account.accountId} not ACTIVE, instead in state ${stream.status}`);
}

/** @throws `ServiceError` */
function readToken(account: Account, stream: Stream, token: string): string {
  const [ordinal, name, issuedAt] = openToken("consumers", token) ?? [];
  if (Number(ordinal) !== stream.ordinal || name === undefined) throw invalidArgument("Invalid NextToken.");
  if (account.nowMs() - Number(issuedAt) > account.limits.tokenLifeMs) {
    throw new ServiceError("ExpiredNextTokenException", "NextToken has expired.");
  }
  return name;
}
