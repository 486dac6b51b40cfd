import { expect, it } from "vitest";
import { complaintsOf } from "./judges/index.ts";
import { idle } from "./scenarios/idle.ts";
import { simulate } from "./world.ts";

it("an hour of an idle stream, four readers polling and two subscribed, takes less than a second or so", async () => {
  await simulate(1, idle); // loads the AWS SDK
  const before = process.cpuUsage();
  const evidence = await simulate(1, idle);
  const { system, user } = process.cpuUsage(before);
  expect(complaintsOf(evidence)).toEqual([]);
  const calls = (name: string) => evidence.history.lines.filter((line) => line.includes(` ${name} `)).length;
  expect(calls("GetRecords"), "four readers, about one call in 1.1 s").toBeGreaterThan(12_000);
  expect(calls("SubscribeToShard"), "a subscription lives for five minutes").toBeGreaterThanOrEqual(24);
  // Not by a clock on the wall: other tests run beside this one.
  expect((system + user) / 1_000, "milliseconds of this process").toBeLessThan(2_000);
});
