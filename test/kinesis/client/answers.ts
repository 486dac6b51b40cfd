// Answers as they should not be: what the SDK's own client makes of them, ours does too, and nothing waits for ever.

import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { describe, expect, it, onTestFinished } from "vitest";
import { createKinesisClient, type KinesisClientOptions, writeCbor } from "../../../src/kinesis/index.ts";
import { digested, observed } from "../equality/observed.ts";
import type { Sdk } from "../sdk.ts";
import { answer, JSON_1_1, type Reply, refusal, serve, serveRaw, whole } from "./server.ts";

const PAGE = "<!doctype html><html><body>Service Unavailable</body></html>";
const json = (body: unknown, status = 200): Reply => ({ status, body: JSON.stringify(body) });

const RECORD = { Data: "QUJD", PartitionKey: "a", SequenceNumber: "1", ApproximateArrivalTimestamp: 1_787_036_486.712 };

/** To a GetRecords. */
const ODD_ANSWERS: readonly (readonly [name: string, reply: Reply])[] = [
  ["nothing", {}],
  ["nothing, 400", { status: 400 }],
  ["nothing, 500", { status: 500 }],
  ["a page", { body: PAGE }],
  ["a page, 503", { status: 503, body: PAGE }],
  ["a page, 400", { status: 400, body: PAGE }],
  ["a redirect", { status: 302, headers: { location: "http://elsewhere" } }],
  ["half an object", { body: '{"Records":[{"Data":"QU' }],
  ["half an exception", { status: 400, body: '{"__type":"ProvisionedThroughput' }],
  ["a list", json([])],
  ["a text", json("text")],
  ["null", json(null)],
  ["an object after white space", { body: ' \n{"NextShardIterator":"a"}' }],
  ["an object with a mark of its byte order", { body: '\ufeff{"NextShardIterator":"a"}' }],
  ["an empty object", json({})],
  [
    "members that nobody knows",
    json({ Surprise: { a: [1] }, MillisBehindLatest: 1, Records: [{ ...RECORD, More: 1 }] }),
  ],
  [
    "members that are null",
    json({ Records: [{ ...RECORD, EncryptionType: null }], ChildShards: null, NextShardIterator: null }),
  ],
  ["wrong types", json({ MillisBehindLatest: "7", NextShardIterator: 7, Records: {}, ChildShards: "none" })],
  ["data that is empty", json({ Records: [{ ...RECORD, Data: "" }] })],
  [
    "times with a fraction, before 1970 and of today",
    json({
      Records: [0, -1.5, 1e9, 1_787_036_486.7126].map((time) => ({ ...RECORD, ApproximateArrivalTimestamp: time })),
    }),
  ],
  [
    "members that an object has anyway",
    json({ Records: [{ ...RECORD, constructor: 1, toString: 2 }], hasOwnProperty: 3 }),
  ],
  ["an exception", refusal("ExpiredIteratorException")],
  ["an exception, qualified", refusal("com.amazonaws.kinesis#ExpiredIteratorException")],
  ["an exception, with a place behind it", refusal("ExpiredIteratorException:http://internal.amazon.com/coral")],
  ["an exception of a status of its own", refusal("ExpiredIteratorException", 503)],
  ["an exception without a name", json({ message: "why" }, 400)],
  ["an exception with its message in capitals", json({ __type: "ExpiredIteratorException", Message: "WHY" }, 400)],
  ["an exception without a message", json({ __type: "ExpiredIteratorException" }, 400)],
  [
    "an exception by a header",
    { status: 400, headers: { "x-amzn-errortype": "ExpiredIteratorException" }, body: "{}" },
  ],
  ["an exception by its code", json({ code: "ExpiredIteratorException", message: "why" }, 400)],
  [
    "an exception with more in it",
    json({ __type: "ExpiredIteratorException", message: "why", Reason: "r", list: [1] }, 400),
  ],
  ["an exception that nobody knows", json({ __type: "SomethingNew", message: "why", Reason: "r" }, 400)],
];

export function answers({ peers }: Sdk): void {
  const { GetRecordsCommand, ListShardsCommand } = peers.client;
  const config = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };
  const get = () => new GetRecordsCommand({ ShardIterator: "i" });

  function ours(endpoint: string, options: KinesisClientOptions = {}): KinesisClient {
    const kinesis = createKinesisClient({ ...config, endpoint, peers, ...options });
    onTestFinished(() => kinesis.destroy());
    return kinesis;
  }

  function theirs(endpoint: string): KinesisClient {
    const requestHandler = new peers.handlers.NodeHttpHandler();
    const kinesis = new peers.client.KinesisClient({ ...config, endpoint, requestHandler });
    onTestFinished(() => kinesis.destroy());
    return kinesis;
  }

  it.each(ODD_ANSWERS)("%s: as the SDK's own client has it", async (_, reply) => {
    const { endpoint } = await serve(() => ({ ...reply, headers: { "content-type": JSON_1_1, ...reply.headers } }));
    const expected = digested(await observed({ client: peers.client }, () => theirs(endpoint).send(get())));
    for (const encoding of ["cbor", "json"] as const) {
      const kinesis = ours(endpoint, { encoding });
      expect(digested(await observed({ client: peers.client }, () => kinesis.send(get()))), encoding).toStrictEqual(
        expected,
      );
    }
  });

  it("null keeps its place in a list: some versions of the SDK drop it, and what stands behind it moves up", async () => {
    for (const body of [JSON.stringify({ Records: [null, {}] }), writeCbor({ Records: [null, {}] })]) {
      const { endpoint } = await serve(() => ({ body }));
      expect((await ours(endpoint).send(get())).Records).toEqual([null, {}]);
    }
  });

  describe("in CBOR", () => {
    const send = async (body: Uint8Array, status = 200) => {
      const { arrived, endpoint } = await serve(() => ({ status, body }));
      const outcome = await observed({ client: peers.client }, () => ours(endpoint, { maxAttempts: 3 }).send(get()));
      return { attempts: arrived.length, outcome };
    };

    it.each([
      ["ExpiredIteratorException", { __type: "ExpiredIteratorException", message: "why" }],
      ["ExpiredIteratorException", { __type: "com.amazonaws.kinesis#ExpiredIteratorException", Message: "why" }],
      ["SomethingNew", { __type: "SomethingNew", message: "why", Reason: "r" }],
    ])("the exception %s", async (name, body) => {
      const { outcome } = await send(writeCbor(body), 400);
      const error = {
        name,
        message: "why",
        $fault: "client",
        isService: true,
        $metadata: expect.objectContaining({ httpStatusCode: 400 }),
      };
      expect(outcome).toMatchObject({ kind: "refused", error });
    });

    it.each([
      ["cut in its middle", writeCbor({ Records: [{ Data: Buffer.alloc(100) }] }).subarray(0, 60)],
      ["with more behind it", Buffer.concat([writeCbor({}), Buffer.of(0)])],
      ["nested without end", Buffer.alloc(100_000, Buffer.from("a16161", "hex"))],
      ["that claims more than there is", Buffer.from("a1645265637380".replace("80", "9b7fffffffffffffff"), "hex")],
    ])("what is malformed, %s: an error with its code, not tried again", async (_, body) => {
      const { attempts, outcome } = await send(body);
      expect(outcome).toMatchObject({
        kind: "refused",
        error: { code: "KPL_KIT_MALFORMED_CBOR", $metadata: { httpStatusCode: 200 } },
      });
      expect(attempts).toBe(1);
    });
  });

  describe("data as text that is no base64", () => {
    it.each(["Q", "QQ", "Q!==", "QUJD*A==", "ключ"])("%s is an error, in either encoding", async (Data) => {
      for (const body of [JSON.stringify({ Records: [{ ...RECORD, Data }] }), writeCbor({ Records: [{ Data }] })]) {
        const { endpoint } = await serve(() => ({ body }));
        await expect(ours(endpoint).send(get())).rejects.toThrow(/no base64/);
      }
    });
  });

  describe("a body", () => {
    const body = Buffer.from(
      JSON.stringify({ Records: [{ ...RECORD, Data: Buffer.alloc(200_000, 7).toString("base64") }] }),
    );

    it.each(["without its length", "in many pieces"])("%s", async (how) => {
      const server = await serveRaw([], async (request, response) => {
        await whole(request);
        if (how === "in many pieces") response.setHeader("content-length", body.length);
        for (let at = 0; at < body.length; at += 30_000) {
          response.write(body.subarray(at, at + 30_000));
          await new Promise(setImmediate);
        }
        response.end();
      });
      const { Records } = await ours(server.endpoint).send(get());
      expect(Buffer.compare(Records![0]!.Data!, Buffer.alloc(200_000, 7))).toBe(0); // one record
    });

    it("cut in its middle is tried again", async () => {
      let calls = 0;
      const server = await serveRaw([], async (request, response) => {
        await whole(request);
        if (calls++ > 0) return answer(response, { body: "{}" });
        response.writeHead(200, { "content-length": body.length });
        response.write(body.subarray(0, 1_000), () => response.destroy());
      });
      const { $metadata } = await ours(server.endpoint, { maxAttempts: 2 }).send(get());
      expect($metadata.attempts).toBe(2);
    });

    it("in gzip, which nobody asked for: as the SDK's own client has it", async () => {
      const reply = { headers: { "content-encoding": "gzip" }, body: gzipSync("{}") };
      const { endpoint } = await serve(() => reply);
      const seenBy = (kinesis: KinesisClient) => observed({ client: peers.client }, () => kinesis.send(get()));
      const expected = await seenBy(theirs(endpoint));
      expect(expected.kind).toBe("refused");
      expect(await seenBy(ours(endpoint))).toStrictEqual(expected);
    });

    /** From a handler of the user's: HTTP itself holds a body to its length. */
    function handing(stream: unknown, headers: Readonly<Record<string, string>>): KinesisClient {
      const requestHandler = {
        metadata: { handlerProtocol: "http/1.1" },
        handle: async () => ({ response: new Response_(200, headers, stream) }),
      };
      return createKinesisClient({ ...config, peers, requestHandler: requestHandler as never });
    }

    const ten = Buffer.from('{"a":"bc"}');

    it("longer than announced", async () => {
      const stream = Readable.from([ten.subarray(0, 5), ten.subarray(5)]);
      await expect(handing(stream, { "content-length": "7" }).send(get())).rejects.toThrow(
        "longer than its content-length of 7",
      );
      expect(stream.destroyed).toBe(true);
    });

    it("shorter than announced", async () => {
      const call = handing(Readable.from([ten]), { "content-length": "11" }).send(get());
      await expect(call).rejects.toMatchObject({
        code: "ECONNRESET",
        message: expect.stringContaining("10 of 11 bytes"),
      });
    });

    it.each(["0", "-1", "x", "", "1e400", String(2 ** 50), String(32 * 1_048_576 + 1)])(
      "of a length that is not believed, %j: nothing is reserved for it",
      async (length) => {
        const before = process.memoryUsage().arrayBuffers;
        const answered = await handing(Readable.from([ten]), { "content-length": length }).send(
          new ListShardsCommand({}),
        );
        expect(answered).toMatchObject({ $metadata: { httpStatusCode: 200 } });
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
      },
    );

    it("that the handler has unpacked already", async () => {
      const headers = { "content-encoding": "gzip", "content-length": "7" };
      expect(await handing(Readable.from([ten]), headers).send(get())).toMatchObject({ $metadata: {} });
    });

    it("that broke before anybody read it", async () => {
      const cause = new Error("reset");
      const broken = new Readable({ read: () => undefined });
      broken.on("error", () => undefined).destroy(cause);
      await new Promise((resolve) => broken.once("close", resolve));
      await expect(handing(broken, { "content-length": "10" }).send(get())).rejects.toBe(cause);
      const gone = new Readable({ read: () => undefined }).destroy();
      await expect(handing(gone, { "content-length": "10" }).send(get())).rejects.toMatchObject({ code: "ECONNRESET" });
    });

    it("that breaks while it is read, or closes without a word", async () => {
      const cause = new Error("reset");
      const breaking = new Readable({ read: () => void breaking.destroy(cause) });
      await expect(handing(breaking, { "content-length": "10" }).send(get())).rejects.toBe(cause);
      const closing = new Readable({ read: () => void closing.destroy() });
      await expect(handing(closing, { "content-length": "10" }).send(get())).rejects.toMatchObject({
        code: "ECONNRESET",
      });
    });

    it("that is bytes already, or a web stream", async () => {
      for (const whole of [ten, new Uint8Array(ten), new Blob([ten]).stream()]) {
        expect(await handing(whole, { "content-length": "10" }).send(get())).toMatchObject({ $metadata: {} });
      }
    });

    it("is one buffer, and the records are views of it", async () => {
      const page = writeCbor({ Records: [1, 2, 3].map((fill) => ({ ...RECORD, Data: Buffer.alloc(100, fill) })) });
      const { endpoint } = await serve(() => ({ body: page }));
      const { Records } = await ours(endpoint).send(get());
      expect(Records).toHaveLength(3);
      expect(new Set(Records?.map(({ Data }) => Data?.buffer)).size).toBe(1);
      expect(Records?.[0]?.Data?.buffer.byteLength).toBe(page.length);
    });
  });

  describe("abortSignal", () => {
    const MOMENTS = ["before the call", "before the answer", "when its head has come", "in the middle of its body"];

    async function abortedAt(when: string, make: (endpoint: string) => KinesisClient) {
      const leave = new AbortController();
      const server = await serveRaw([], async (request, response) => {
        await whole(request);
        if (when === "before the answer") return leave.abort();
        response.writeHead(200, { "content-length": 1_000 }).write("{");
      });
      const kinesis = make(server.endpoint);
      kinesis.middlewareStack.add(
        (next) => async (args) => {
          const answered = await next(args);
          const { body } = answered.response as { readonly body: Readable };
          if (when === "when its head has come") leave.abort();
          if (when === "in the middle of its body") body.once("data", () => leave.abort());
          return answered;
        },
        { step: "deserialize", priority: "low" },
      );
      if (when === "before the call") leave.abort();
      const { client } = peers;
      return await observed({ client }, () => kinesis.send(get(), { abortSignal: leave.signal }));
    }

    it.each(MOMENTS)("%s: as the SDK's own client has it", async (when) => {
      const outcome = await abortedAt(when, ours);
      expect(outcome).toStrictEqual(await abortedAt(when, theirs));
      expect(outcome.kind).toBe("refused");
    });
  });
}

/** What the SDK takes for a response: it looks at no more. */
class Response_ {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;

  constructor(statusCode: number, headers: Readonly<Record<string, string>>, body: unknown) {
    this.statusCode = statusCode;
    this.headers = headers;
    this.body = body;
  }
}
