import { describe, expect, it } from "vitest";
import { type CallContext, type HttpRequest, headOf, RequestHeads } from "../../../src/kinesis/wire/index.ts";
import { VirtualClock } from "../../../src/testing/index.ts";

const operation = [9, "com.amazonaws.kinesis", "PutRecords", 0, {}, {}] as const;

function requestOf(headers: Record<string, string> = {}, others: Partial<HttpRequest> = {}): HttpRequest {
  return {
    protocol: "https:",
    hostname: "kinesis.eu-west-1.amazonaws.com",
    port: 443,
    path: "/",
    query: {},
    body: Buffer.alloc(3),
    headers: {
      "amz-sdk-invocation-id": "id",
      "amz-sdk-request": "attempt=1; max=3",
      authorization: "AWS4-HMAC-SHA256 ...",
      "content-length": "3",
      "content-type": "application/x-amz-cbor-1.1",
      host: "kinesis.eu-west-1.amazonaws.com",
      "user-agent": "aws-sdk-js",
      "x-amz-content-sha256": "sha",
      "x-amz-date": "20260101T000000Z",
      "x-amz-security-token": "token",
      "X-Amz-Target": "Kinesis_20131202.PutRecords",
      "x-amz-user-agent": "aws-sdk-js",
      ...headers,
    },
    ...others,
  };
}

function contextOf(config?: { signer?: (scheme: unknown) => Promise<unknown>; systemClockOffset?: number }) {
  const commandInstance = { input: "of a few MB" };
  const call = { commandInstance, abortSignal: new AbortController().signal, service: "Kinesis" };
  const signingProperties = {
    name: "kinesis",
    region: "eu-west-1",
    context: { __smithy_context: call },
    ...(config ? { config } : {}),
  };
  return {
    operationSchema: operation,
    selectedHttpAuthScheme: {
      identity: { accessKeyId: "AKID" },
      signer: { sign: async (request: HttpRequest) => request },
      httpAuthOption: { schemeId: "aws.auth#sigv4", signingProperties },
    },
  } satisfies CallContext;
}

describe("headOf: what the next call has in common with this one", () => {
  it("place, user agent and target, but nothing of the call", () => {
    const head = headOf(requestOf(), contextOf());
    expect(head).toMatchObject({
      protocol: "https:",
      hostname: "kinesis.eu-west-1.amazonaws.com",
      port: 443,
      path: "/",
      identity: { accessKeyId: "AKID" },
      operation,
    });
    expect(head?.headers).toEqual({
      "amz-sdk-request": "attempt=1; max=3",
      host: "kinesis.eu-west-1.amazonaws.com",
      "user-agent": "aws-sdk-js",
      "x-amz-target": "Kinesis_20131202.PutRecords",
      "x-amz-user-agent": "aws-sdk-js",
    });
  });

  it.each<[string, HttpRequest]>([
    ["a header that nobody knows", requestOf({ "x-amzn-trace-id": "Root=1" })],
    ["a query", requestOf({}, { query: { a: "b" } })],
    ["a user name", requestOf({}, { username: "me" })],
    ["a password", requestOf({}, { password: "word" })],
    ["a fragment", requestOf({}, { fragment: "here" })],
    ["a second attempt", requestOf({ "amz-sdk-request": "attempt=2; max=3" })],
    ["a twelfth attempt", requestOf({ "amz-sdk-request": "attempt=12; max=30" })],
    ["an attempt without a number", requestOf({ "amz-sdk-request": "" })],
  ])("%s: none", (_, request) => expect(headOf(request, contextOf())).toBe(undefined));

  it.each<[string, (context: ReturnType<typeof contextOf>) => CallContext]>([
    ["a token for a signature", (context) => schemeOf(context, "smithy.api#httpBearerAuth")],
    ["no signature", (context) => schemeOf(context, "smithy.api#noAuth")],
    ["a signature for several regions", (context) => schemeOf(context, "aws.auth#sigv4a")],
    ["no scheme", ({ operationSchema }) => ({ operationSchema })],
    ["no schema", ({ selectedHttpAuthScheme }) => ({ selectedHttpAuthScheme })],
    ["a schema of another kind", (context) => ({ ...context, operationSchema: {} as never })],
  ])("%s: none", (_, change) => expect(headOf(requestOf(), change(contextOf()))).toBe(undefined));

  function schemeOf(context: ReturnType<typeof contextOf>, schemeId: string): CallContext {
    const { selectedHttpAuthScheme: scheme } = context;
    return { ...context, selectedHttpAuthScheme: { ...scheme, httpAuthOption: { schemeId } } };
  }

  it("the command is not kept, nor its signal: its records are a few MB", () => {
    const { signingProperties } = headOf(requestOf(), contextOf())!;
    expect(signingProperties).toMatchObject({ name: "kinesis", region: "eu-west-1" });
    const { __smithy_context: call } = signingProperties.context as { __smithy_context: Record<string, unknown> };
    expect(call).toMatchObject({ service: "Kinesis" });
    expect([call["commandInstance"], call["abortSignal"]]).toEqual([undefined, undefined]);
  });

  it("one signer is made for all calls, and what it learns of the clock is the client's", async () => {
    let made = 0;
    const config = { systemClockOffset: 0, signer: async () => ++made };
    const { signingProperties } = headOf(requestOf(), contextOf(config))!;
    const seen = signingProperties.config as typeof config;
    expect(await Promise.all([seen.signer(), seen.signer(), seen.signer()])).toEqual([1, 1, 1]);
    config.systemClockOffset = 5;
    expect(seen.systemClockOffset).toBe(5);
    seen.systemClockOffset = 7;
    expect(config.systemClockOffset).toBe(7);
  });
});

describe("RequestHeads", () => {
  const head = headOf(requestOf(), contextOf())!;
  const settings = { credentials: {}, endpoint: {}, region: {} };

  it("a head is kept for a second", async () => {
    const clock = new VirtualClock();
    const heads = new RequestHeads(clock);
    heads.keeper("a", head, settings)();
    await clock.advance(999);
    expect(heads.get("a", settings)).toBe(head);
    await clock.advance(1);
    expect(heads.get("a", settings)).toBe(undefined);
  });

  it("by its key, and by what the client was set to", () => {
    const heads = new RequestHeads(new VirtualClock());
    heads.keeper("a", head, settings)();
    expect(heads.get("b", settings)).toBe(undefined);
    expect(heads.get("a", { ...settings, region: {} })).toBe(undefined);
    expect(heads.get("a", settings), "forgotten").toBe(undefined);
  });

  it("it is the values that count, when the request was made", () => {
    const heads = new RequestHeads(new VirtualClock());
    const changing: { endpoint: unknown } = { endpoint: "one" };
    const keep = heads.keeper("a", head, changing);
    changing.endpoint = "other";
    keep();
    expect(heads.get("a", changing)).toBe(undefined);
  });

  it("a head is as old as the request that it is of, not as the answer", async () => {
    const clock = new VirtualClock();
    const heads = new RequestHeads(clock);
    const keep = heads.keeper("a", head, settings);
    expect(heads.get("a", settings)).toBe(undefined);
    await clock.advance(999);
    keep();
    expect(heads.get("a", settings)).toBe(head);
    await clock.advance(1);
    expect(heads.get("a", settings)).toBe(undefined);
  });

  it("a thousand at most", () => {
    const heads = new RequestHeads(new VirtualClock());
    for (let stream = 0; stream < 1_000; stream++) heads.keeper(`stream ${stream}`, head, settings)();
    expect(heads.get("stream 0", settings)).toBe(head);
    heads.keeper("one more", head, settings)();
    expect(heads.get("one more", settings)).toBe(head);
    expect(heads.get("stream 1", settings)).toBe(undefined);
  });

  it("one that is kept again is not one more", () => {
    const heads = new RequestHeads(new VirtualClock());
    for (let stream = 0; stream < 1_000; stream++) heads.keeper(`stream ${stream}`, head, settings)();
    heads.keeper("stream 1", head, settings)();
    expect(heads.get("stream 0", settings)).toBe(head);
  });
});
