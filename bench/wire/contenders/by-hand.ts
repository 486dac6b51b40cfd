// The least that a call can cost in Node: one request of node:http, signed here, its body written by `writeCbor` and its
// answer read by `readCbor`, both in buffers that are used again. No retries, no middleware, no timeouts, no credentials
// that expire: a bound, not something to use.

import { createHmac, hash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { readCbor, writeCbor } from "../../../src/kinesis/index.ts";
import type { Load } from "../loads.ts";
import { type Answer, type Connection, CREDENTIALS, REGION } from "./contender.ts";

const CONTENT_TYPE = "application/x-amz-cbor-1.1";
const SIGNED_HEADERS = "content-type;host;x-amz-date;x-amz-target";

export function byHand(endpoint: string, { input, operation }: Load): Connection {
  const { host, hostname, port, protocol } = new URL(endpoint);
  const { Agent, request } = protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true });
  const target = `Kinesis_20131202.${operation}`;
  const bodies: Buffer[] = [];
  const pages: Buffer[] = [];
  const call = async (): Promise<Answer> => {
    let buffer: Buffer | undefined;
    const body = writeCbor(input, undefined, (size) => (buffer = bodies.pop() ?? Buffer.allocUnsafeSlow(size)));
    const headers = signed({ host, target, body });
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent = request({ agent, headers, host: hostname, method: "POST", path: "/", port, setHost: false });
      sent.once("error", reject);
      sent.once("response", (response) => {
        const bytes = pages.pop() ?? Buffer.allocUnsafeSlow(Number(response.headers["content-length"]));
        let at = 0;
        response.on("data", (chunk: Buffer) => {
          bytes.set(chunk, at);
          at += chunk.length;
        });
        response.once("error", reject);
        response.once("end", () => {
          const requestId = String(response.headers["x-amzn-requestid"]);
          if (response.statusCode !== 200) reject(new Error(`${response.statusCode} ${bytes.toString()}`));
          else resolve({ $metadata: { requestId }, ...(readCbor(bytes) as object) });
          // All answers to a load are of one size, and each is looked at before another can come.
          pages.push(bytes);
        });
      });
      sent.end(body);
    });
    if (buffer) bodies.push(buffer);
    return answer;
  };
  return { call, close: () => agent.destroy() };
}

interface ToSign {
  readonly host: string;
  readonly target: string;
  readonly body: Buffer;
}

/** Signature Version 4; the signing key is good for a day. */
function signed({ host, target, body }: ToSign): http.OutgoingHttpHeaders {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const scope = `${day}/${REGION}/kinesis/aws4_request`;
  const canonical = [
    "POST",
    "/",
    "",
    `content-type:${CONTENT_TYPE}`,
    `host:${host}`,
    `x-amz-date:${time}`,
    `x-amz-target:${target}`,
    "",
    SIGNED_HEADERS,
    hash("sha256", body),
  ].join("\n");
  const signature = createHmac("sha256", signingKeyOf(day))
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`)
    .digest("hex");
  return {
    host,
    "content-type": CONTENT_TYPE,
    "content-length": body.length,
    "x-amz-date": time,
    "x-amz-target": target,
    authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
  };
}

let known: { readonly day: string; readonly key: Buffer } | undefined;

function signingKeyOf(day: string): Buffer {
  if (known?.day === day) return known.key;
  const key = [day, REGION, "kinesis", "aws4_request"].reduce<string | Buffer>(
    (secret, text) => createHmac("sha256", secret).update(text).digest(),
    `AWS4${CREDENTIALS.secretAccessKey}`,
  ) as Buffer;
  known = { day, key };
  return key;
}
