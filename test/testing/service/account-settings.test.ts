// The commitment to a minimum throughput.

import { DescribeAccountSettingsCommand, UpdateAccountSettingsCommand } from "@aws-sdk/client-kinesis";
import { expect, it } from "vitest";
import { type ControlPlane, HOUR, open } from "./control-plane.ts";

function update({ client }: ControlPlane, Status: "ENABLED" | "DISABLED") {
  return client.send(new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment: { Status } }));
}

async function commitment({ client }: ControlPlane) {
  return (await client.send(new DescribeAccountSettingsCommand({}))).MinimumThroughputBillingCommitment;
}

it("there is none at first, and to disable it changes nothing", async () => {
  const plane = open();
  expect(await commitment(plane)).toEqual({ Status: "DISABLED" });
  expect((await update(plane, "DISABLED")).MinimumThroughputBillingCommitment).toEqual({ Status: "DISABLED" });
});

it("it begins at once and lasts a day at least: disabled before, it ends by itself", async () => {
  const plane = open();
  const startedMs = plane.clock.now();
  const running = {
    Status: "ENABLED",
    StartedAt: new Date(startedMs),
    EarliestAllowedEndAt: new Date(startedMs + 24 * HOUR),
  };
  expect((await update(plane, "ENABLED")).MinimumThroughputBillingCommitment).toEqual(running);
  await plane.clock.advance(HOUR);
  expect(await commitment(plane)).toEqual(running);
  const ending = { ...running, Status: "ENABLED_UNTIL_EARLIEST_ALLOWED_END" };
  expect((await update(plane, "DISABLED")).MinimumThroughputBillingCommitment).toEqual(ending);
  await plane.clock.advance(23 * HOUR - 1);
  expect(await commitment(plane)).toEqual(ending);
  await plane.clock.advance(1);
  const EndedAt = new Date(startedMs + 24 * HOUR);
  expect(await commitment(plane)).toEqual({ Status: "DISABLED", StartedAt: new Date(startedMs), EndedAt });
});

it("a pending end is called off by enabling it again, from its first beginning on", async () => {
  const plane = open();
  const StartedAt = new Date(plane.clock.now());
  await update(plane, "ENABLED");
  await plane.clock.advance(HOUR);
  await update(plane, "DISABLED");
  await update(plane, "ENABLED");
  await plane.clock.advance(30 * HOUR);
  expect(await commitment(plane)).toMatchObject({ Status: "ENABLED", StartedAt });
});

it("after a day it ends when it is disabled, and can begin anew", async () => {
  const plane = open();
  await update(plane, "ENABLED");
  await plane.clock.advance(30 * HOUR);
  const endedMs = plane.clock.now();
  await update(plane, "DISABLED");
  expect(await commitment(plane)).toMatchObject({ Status: "DISABLED", EndedAt: new Date(endedMs) });
  await plane.clock.advance(HOUR);
  await update(plane, "ENABLED");
  expect(await commitment(plane)).toMatchObject({ Status: "ENABLED", StartedAt: new Date(endedMs + HOUR) });
});
