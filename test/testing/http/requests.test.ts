// Requests as no AWS SDK makes them: by hand, by another program, by mistake.

import { once } from "node:events";
import { connect as connectHttp2, constants, type IncomingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDoor } from "./door.ts";
import { post, rawConnection } from "./raw-connection.ts";

const CALL = {
  method: "POST",
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Kinesis_20131202.PutRecord" },
  body: "{}",
} as const;

const NO_OPERATION =
  "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n";

describe("what is no call is answered as the service does", () => {
  const { headers } = CALL;
  it.each([
    ["the target is missing", { headers: { "content-type": headers["content-type"] } }, 403, NO_OPERATION],
    ["the target has no operation", { headers: { ...headers, "x-amz-target": "Kinesis_20131202" } }, 403, NO_OPERATION],
    ["the target is garbled", { headers: { ...headers, "x-amz-target": ".;=" } }, 403, NO_OPERATION],
    ["the method is PUT", { method: "PUT" }, 403, NO_OPERATION],
    ["the method is DELETE", { method: "DELETE", body: undefined }, 403, NO_OPERATION],
    ["a GET asks for something", { method: "GET", body: undefined }, 403, NO_OPERATION, "/streams"],
    [
      "the content type is another",
      { headers: { ...headers, "content-type": "text/plain" } },
      404,
      "<UnknownOperationException/>\n",
    ],
  ])("%s", async (_, request, status, body, path = "/") => {
    const { endpoint, performer } = await openDoor();
    const response = await fetch(endpoint + path, { ...CALL, ...(request as RequestInit) });
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(performer.calls).toEqual([]);
  });

  it.each([
    ["an unknown operation", { headers: { ...headers, "x-amz-target": "Kinesis_20131202.Nope" } }, "UnknownOperation"],
    ["another service", { headers: { ...headers, "x-amz-target": "Firehose_20150804.PutRecord" } }, "UnknownOperation"],
    [
      "a member of Object",
      { headers: { ...headers, "x-amz-target": "Kinesis_20131202.toString" } },
      "UnknownOperation",
    ],
    ["no body", { body: "" }, "Serialization"],
    ["a body that is no JSON", { body: "{" }, "Serialization"],
    ["a body that is a list", { body: "[]" }, "Serialization"],
    ["a body that is null", { body: "null" }, "Serialization"],
    ["a body that is not UTF-8", { body: Buffer.from('{"PartitionKey":"\xe9"}', "latin1") }, "Serialization"],
    ["bytes that are not base64", { body: '{"Data":"?","PartitionKey":"a"}' }, "Serialization"],
  ])("%s", async (_, request, name) => {
    const { endpoint, performer } = await openDoor();
    const response = await fetch(endpoint, { ...CALL, ...request });
    expect([response.status, await response.json()]).toMatchObject([400, { __type: `${name}Exception` }]);
    expect(response.headers.get("content-type")).toBe("application/x-amz-json-1.1");
    expect(performer.calls).toEqual([]);
  });
});

it("a compressed body is refused, and says why", async () => {
  const { endpoint, performer } = await openDoor();
  const headers = { ...CALL.headers, "content-encoding": "gzip" };
  const response = await fetch(endpoint, { ...CALL, headers, body: gzipSync("{}") });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { __type: "SerializationException", message: expect.stringContaining("Content-Encoding gzip") },
  ]);
  expect(performer.calls).toEqual([]);
});

describe("what the service doesn't look at is no reason to refuse", () => {
  it.each([
    ["any path and query", "/v1/anything?x=1", {}],
    ["a charset, and capitals", "/", { "content-type": "Application/X-AMZ-JSON-1.1; charset=UTF-8" }],
    ["a wrong signature", "/", { authorization: "AWS4-HMAC-SHA256 Credential=nobody" }],
  ])("%s", async (_, path, headers) => {
    const { endpoint, performer } = await openDoor();
    const response = await fetch(endpoint + path, { ...CALL, headers: { ...CALL.headers, ...headers } });
    expect(response.status).toBe(200);
    expect(performer.calls).toHaveLength(1);
  });
});

it("a call that answers nothing has an empty body, as the service's", async () => {
  const { endpoint, performer } = await openDoor();
  performer.answer = () => ({});
  const response = await fetch(endpoint, CALL);
  expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "0", ""]);
});

it.each(["/", "/healthcheck"])("GET %s tells that it is up", async (path) => {
  const { endpoint } = await openDoor();
  expect((await fetch(endpoint + path)).status).toBe(200);
});

describe("a body beyond what a call can need", () => {
  const MIB = 1_048_576;

  it("is refused before it is sent, where its length is told", async () => {
    const { port, performer } = await openDoor();
    const connection = await rawConnection(port);
    connection.socket.write(post("", { "content-length": 16 * MIB + 1 }));
    expect(await connection.until(/\}$/)).toMatch(/^HTTP\/1.1 413 .*"__type":"RequestEntityTooLargeException"/s);
    expect(performer.calls).toEqual([]);
  });

  it("is refused as soon as it is too long, and the connection lives on", async () => {
    const { port, performer } = await openDoor();
    const connection = await rawConnection(port);
    connection.socket.write(post("").replace("content-length: 0", "transfer-encoding: chunked"));
    const chunk = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(MIB, " "), Buffer.from("\r\n")]);
    while (!connection.received()) {
      if (!connection.socket.write(chunk))
        await Promise.race([once(connection.socket, "drain"), connection.until(/\}$/)]);
    }
    expect(await connection.until(/\}$/)).toMatch(/^HTTP\/1.1 413 /);
    connection.socket.write(`0\r\n\r\n${post("{}")}`);
    await connection.until(/HTTP\/1.1 200 /);
    expect(performer.calls).toHaveLength(1);
  });

  it("is refused over HTTP/2, where other calls are served on", async () => {
    const { endpoint, performer } = await openDoor();
    const call = http2Client(endpoint);
    const [refused, served] = await Promise.all([call(Buffer.alloc(17 * MIB, " ")), call(Buffer.from("{}"))]);
    expect(refused).toMatchObject([413, { __type: "RequestEntityTooLargeException" }]);
    expect(served[0]).toBe(200);
    expect(performer.calls).toHaveLength(1);
  });

  it("of just under it reaches the model", async () => {
    const { endpoint, performer } = await openDoor();
    const response = await fetch(endpoint, { ...CALL, body: `{}${" ".repeat(16 * MIB - 2)}` });
    expect(response.status).toBe(200);
    expect(performer.calls).toHaveLength(1);
  });
});

describe("a connection tells by its first bytes which HTTP it speaks", () => {
  it.each(["POST", "PUT", "PRI"])("also when they come one by one: %s", async (method) => {
    const { endpoint, port } = await openDoor();
    const connection = await rawConnection(port);
    const request = method === "PRI" ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" : post("{}").replace("POST", method);
    for (const byte of request.slice(0, 3)) {
      connection.socket.write(byte, "latin1");
      // Time for the door to read it before the next is sent.
      await fetch(endpoint);
    }
    connection.socket.write(request.slice(3), "latin1");
    if (method !== "PRI") return void (await connection.until(/^HTTP\/1.1 (200|403) /));
    // An empty SETTINGS frame. The server's own has its type, 4, after three bytes of length.
    connection.socket.write(Buffer.from("000000040000000000", "hex"));
    const settings = await connection.until(/^.{9}/s);
    expect(settings.charCodeAt(3)).toBe(4);
  });

  it.each(["\x16\x03\x01\x02\0", "garbage\r\n\r\n", "PRIVATE / HTTP/1.1\r\n\r\n"])("neither: %j", async (bytes) => {
    const { port, endpoint } = await openDoor();
    const connection = await rawConnection(port);
    connection.socket.write(bytes, "latin1");
    await connection.ended();
    expect((await fetch(endpoint)).status).toBe(200);
  });

  it("nothing before it ends", async () => {
    const { port, endpoint } = await openDoor();
    const connection = await rawConnection(port);
    connection.socket.end("PR");
    expect(await connection.ended()).toEqual({ received: "", error: undefined });
    expect((await fetch(endpoint)).status).toBe(200);
  });
});

it("two calls on one connection, the second sent before the first is answered, are answered in order", async () => {
  const { port, performer } = await openDoor();
  let answerFirst: ((output: object) => void) | undefined;
  performer.answer = ({ input }) =>
    (input as { PartitionKey: string }).PartitionKey === "first"
      ? new Promise((resolve) => {
          answerFirst = resolve;
        })
      : { ShardId: "second" };
  const connection = await rawConnection(port);
  connection.socket.write(post('{"PartitionKey":"first"}') + post('{"PartitionKey":"second"}'));
  while (performer.calls.length < 2) await performer.nextCall();
  answerFirst?.({ ShardId: "first" });
  expect(await connection.until(/"second"/)).toMatch(/"first".*"second"/s);
});

function http2Client(endpoint: string): (body: Buffer) => Promise<[number | undefined, unknown]> {
  // In megabytes: what waits to be sent counts.
  const session = connectHttp2(endpoint, { maxSessionMemory: 100 });
  onTestFinished(() => session.destroy());
  return async (body) => {
    const stream = session.request({ ...CALL.headers, ":method": "POST", ":path": "/" });
    const answered = once(stream, "response") as Promise<[IncomingHttpHeaders & { ":status"?: number }]>;
    stream.end(body);
    const [head] = await answered;
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
    if (!stream.closed) stream.close(constants.NGHTTP2_NO_ERROR);
    return [head[":status"], text ? JSON.parse(text) : undefined];
  };
}
