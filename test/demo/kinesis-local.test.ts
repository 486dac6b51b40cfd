import { describe, expect, it } from "vitest";
import { startKinesisLocal } from "../../demo/kinesis-local.ts";

describe("startKinesisLocal", { timeout: 60_000 }, () => {
  it("starts several side by side, each ready, and leaves nothing behind", async () => {
    const crashes: Error[] = [];
    const locals = await Promise.all([1, 2].map(() => startKinesisLocal({ onCrash: (error) => crashes.push(error) })));
    const endpoints = locals.map(({ endpoint }) => endpoint);
    expect(new Set(endpoints).size).toBe(2);
    for (const endpoint of endpoints) expect((await fetch(`${endpoint}/healthcheck`)).status).toBe(200);

    await Promise.all(locals.map((local) => local.stop()));
    for (const endpoint of endpoints) await expect(fetch(endpoint)).rejects.toThrow("fetch failed");
    expect(crashes, "to be stopped is no crash").toEqual([]);
  });

  it("gives up when its caller does", async () => {
    const stopped = AbortSignal.abort(new Error("changed my mind"));
    await expect(startKinesisLocal({ signal: stopped })).rejects.toThrow("changed my mind");
  });
});
