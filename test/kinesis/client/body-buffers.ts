// Buffers that are used again: many calls at once, of which many fail, are retried, time out or are aborted. A buffer given
// back too early would corrupt data; what was signed tells.

import { expect, it, onTestFinished } from "vitest";
import { createKinesisClient } from "../../../src/kinesis/index.ts";
import { Random } from "../../fuzz/random.ts";
import type { Sdk } from "../sdk.ts";
import { type Arrived, answer, isAsSigned, refusal, serveRaw, whole } from "./server.ts";

const CALLS = 120;
const AT_ONCE = 16;

export function bodyBuffers({ peers }: Sdk): void {
  const { PutRecordsCommand } = peers.client;

  it("every body that arrives is the one that was signed, and buffers are used again", async () => {
    const dice = new Random(20_131_202);
    const bodies: Arrived[] = [];
    const seen = { refusedUnread: 0, reset: 0, hung: 0, answered: 0 };
    const server = await serveRaw(bodies, async (request, response) => {
      const fate = dice.int(12);
      if (fate === 0) {
        seen.refusedUnread++;
        answer(response, refusal("ServiceUnavailable", 503));
      } else if (fate === 1) {
        seen.reset++;
        request.once("data", () => request.socket.resetAndDestroy());
        return;
      }
      const arrived = await whole(request);
      if (!arrived) return;
      bodies.push(arrived);
      if (fate === 0) return;
      if (fate === 2) seen.hung++;
      else if (fate === 3) answer(response, refusal("ProvisionedThroughputExceededException"));
      else if (fate === 4) answer(response, refusal("InternalFailure", 500));
      else if (fate === 5) response.destroy();
      else {
        seen.answered++;
        answer(response, {});
      }
    });
    const kinesis = createKinesisClient({
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      endpoint: server.endpoint,
      peers,
      retryStrategy: atOnce as never,
      requestHandler: { requestTimeout: 400, throwOnRequestTimeout: true },
    });
    onTestFinished(() => kinesis.destroy());
    const memory = new Set<unknown>();
    kinesis.middlewareStack.add(
      (next) => async (args) => {
        const { body, headers } = args.request as { body: Uint8Array; headers: Record<string, string> };
        memory.add(body.buffer);
        headers["x-call"] = (args.input as { Records: { PartitionKey: string }[] }).Records[0]!.PartitionKey; // three
        return await next(args);
      },
      { step: "build", priority: "low" },
    );
    // As long as credentials may take, before the first attempt and between them: meanwhile others write their bodies.
    for (const priority of ["high", "low"] as const) {
      kinesis.middlewareStack.add(
        (next) => async (args) => {
          await new Promise(setImmediate);
          return await next(args);
        },
        { step: "finalizeRequest", priority },
      );
    }

    let started = 0;
    const outcomes = { stored: 0, failed: 0, aborted: 0 };
    const worker = async (): Promise<void> => {
      while (started < CALLS) {
        const id = started++;
        const leave = new AbortController();
        const command = new PutRecordsCommand({ StreamName: "orders", Records: [...recordsOf(id)] });
        const call = kinesis.send(command, { abortSignal: leave.signal });
        if (id % 9 === 0) setImmediate(() => leave.abort());
        try {
          await call;
          outcomes.stored++;
        } catch (error) {
          outcomes[leave.signal.aborted ? "aborted" : "failed"]++;
          expect(error).toBeInstanceOf(Error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    for (const each of bodies) {
      expect(isAsSigned(each), "as signed").toBe(true);
      const { Records } = each.input as unknown as { readonly Records: ReturnType<typeof recordsOf> };
      const id = Number(each.headers["x-call"]);
      expect(Records.map(({ Data, PartitionKey }) => [PartitionKey, Data.length, filledWith(Data)])).toEqual(
        recordsOf(id).map(({ Data, PartitionKey }) => [PartitionKey, Data.length, Data[0]]),
      );
    }
    expect(outcomes.stored + outcomes.failed + outcomes.aborted).toBe(CALLS);
    // Else it would have proved little.
    expect(outcomes.stored).toBeGreaterThan(CALLS / 2);
    expect(outcomes.aborted).toBeGreaterThan(0);
    expect(Math.min(seen.refusedUnread, seen.reset, seen.hung)).toBeGreaterThan(0);
    expect(memory.size).toBeLessThan(outcomes.stored);
  });
}

/** Large enough for a buffer of its own, some for more than a socket holds; each of a size and a content by its number. */
function recordsOf(id: number): readonly { readonly Data: Uint8Array; readonly PartitionKey: string }[] {
  const size = (id % 10 === 0 ? 1_000_000 : 30_000) + ((id * 7_919) % 60_000);
  return [0, 1, 2].map((part) => ({
    Data: Buffer.alloc(size, (id * 3 + part) % 251),
    PartitionKey: String(id),
  }));
}

/** Undefined: not all of it is the same. */
function filledWith(data: Uint8Array): number | undefined {
  return Buffer.alloc(data.length, data[0]).equals(data) ? data[0] : undefined;
}

/** Ten attempts without a pause. */
const atOnce = {
  mode: "standard",
  acquireInitialRetryToken: async () => tokenOf(0),
  refreshRetryTokenForRetry: async (token: { getRetryCount(): number }) => {
    if (token.getRetryCount() >= 9) throw new Error("enough");
    return tokenOf(token.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};

function tokenOf(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => 0 };
}
