import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../src/kinesis/index.ts";
import { listen } from "../../../src/testing/http/index.ts";
import { openDoor } from "./door.ts";
import { FakePerformer, FakeSubscription } from "./fake-performer.ts";
import { post, rawConnection } from "./raw-connection.ts";

it("listens on 127.0.0.1 and on no other address of the machine", async () => {
  const { endpoint, port } = await openDoor();
  expect(endpoint).toBe(`http://127.0.0.1:${port}`);
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const reachable = others.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address);
  for (const host of [...reachable, "::1"]) {
    const socket = connect({ host, port });
    onTestFinished(() => void socket.destroy());
    await expect(once(socket, "connect"), host).rejects.toThrow();
  }
});

it("two doors have two ports; a port that is taken is the operating system's error", async () => {
  const [first, second] = [await openDoor(), await openDoor()];
  expect(first.port).not.toBe(second.port);
  await expect(listen(new FakePerformer(), { clock: systemClock, port: first.port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

it("a port can be asked for, and is free after close()", async () => {
  const { close, port } = await openDoor();
  await close();
  expect((await openDoor({ port })).port).toBe(port);
});

it("an idle connection stays open for the next call", async () => {
  const { port } = await openDoor();
  const connection = await rawConnection(port);
  connection.socket.write(post("{}"));
  const head = await connection.until(/ 200 OK/);
  // No "timeout=5" that a client would have to hurry for.
  expect(head).toMatch(/^connection: keep-alive\r$/im);
  expect(head).not.toMatch(/^keep-alive:/im);
});

it("close() ends at once what is idle, what waits for an answer, and what is subscribed", async () => {
  const { close, endpoint, performer, port } = await openDoor();
  const subscription = new FakeSubscription([]);
  performer.answer = ({ action }) => (action === "SubscribeToShard" ? subscription : new Promise(() => undefined));
  const silent = await rawConnection(port);
  const undecided = await rawConnection(port);
  undecided.socket.write("P");
  const midBody = await rawConnection(port);
  midBody.socket.write(post("{", { "content-length": 10 }));
  const waiting = await rawConnection(port);
  const heard = performer.nextCall();
  waiting.socket.write(post("{}"));
  const { signal } = await heard;
  const subscribed = await rawConnection(port);
  subscribed.socket.write(post("{}", { "x-amz-target": "Kinesis_20131202.SubscribeToShard" }));
  await subscribed.until(/initial-response/);
  const session = connectHttp2(endpoint);
  session.on("error", () => undefined);
  await once(session, "remoteSettings");
  const sessionClosed = new Promise((resolve) => session.once("close", resolve));

  await Promise.all([close(), close()]);
  expect([signal.aborted, subscription.closes]).toEqual([true, 1]);
  await close();
  await sessionClosed;
  for (const connection of [silent, undecided, midBody, waiting, subscribed]) await connection.ended();
});

it("a process that has closed its listener ends by itself", async () => {
  const source = (path: string): string => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);
  const program = `
    import { connect } from "node:http2";
    import { once } from "node:events";
    import { systemClock } from ${source("kinesis/index.ts")};
    import { listen } from ${source("testing/http/index.ts")};
    const performer = { isAction: () => true, perform: async () => ({ ShardId: "s" }) };
    const before = process.getActiveResourcesInfo();
    const listener = await listen(performer, { clock: systemClock });
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Kinesis_20131202.PutRecord" };
    const init = { method: "POST", body: "{}", headers };
    console.log((await fetch(listener.endpoint, init)).status);
    const session = connect(listener.endpoint);
    await once(session, "remoteSettings");
    await listener.close();
    if (!session.closed) await once(session, "close");
    console.log(JSON.stringify([before, process.getActiveResourcesInfo()]));
  `;
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    timeout: 25_000,
  });
  const [status, resources] = (await run).stdout.trim().split("\n");
  expect(status).toBe("200");
  const [before, after] = JSON.parse(resources ?? "[]") as [string[], string[]];
  const held = (resources: string[]): string[] => resources.filter((resource) => /TCP|HTTP|Timeout/.test(resource));
  expect(held(after)).toEqual(held(before));
});
