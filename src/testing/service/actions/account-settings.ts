// DescribeAccountSettings and UpdateAccountSettings: the commitment to a minimum throughput, which opens warm throughput.

import type { MinimumThroughputBillingCommitmentOutput } from "@aws-sdk/client-kinesis";
import type { InputOf, OutputOf } from "../../action.ts";
import type { Account } from "../account.ts";

/** "Commitments have a minimum duration of 24 hours that must be honored before they can be disabled." */
const LEAST_MS = 86_400_000;

export function describeAccountSettings(account: Account): OutputOf<"DescribeAccountSettings"> {
  account.admit("DescribeAccountSettings", 5);
  return { MinimumThroughputBillingCommitment: commitmentOf(account) };
}

export function updateAccountSettings(
  account: Account,
  input: InputOf<"UpdateAccountSettings">,
): OutputOf<"UpdateAccountSettings"> {
  account.admit("UpdateAccountSettings", 5);
  if (input.MinimumThroughputBillingCommitment?.Status === "ENABLED") enable(account);
  else disable(account);
  return { MinimumThroughputBillingCommitment: commitmentOf(account) };
}

export function hasCommitment(account: Account): boolean {
  return commitmentOf(account).Status !== "DISABLED";
}

function enable(account: Account): void {
  // "You can cancel a pending disable by enabling the commitment again."
  const startedAtMs = hasCommitment(account) ? account.minimumThroughputBilling?.startedAtMs : undefined;
  account.minimumThroughputBilling = { startedAtMs: startedAtMs ?? account.nowMs(), endedAtMs: undefined };
}

function disable(account: Account): void {
  const { minimumThroughputBilling: commitment } = account;
  if (!commitment || !hasCommitment(account)) return;
  // "If you attempt to disable a commitment before the minimum commitment period ends, the commitment will be scheduled
  // for automatic disable at the earliest allowed end time."
  const { startedAtMs } = commitment;
  account.minimumThroughputBilling = { startedAtMs, endedAtMs: Math.max(account.nowMs(), startedAtMs + LEAST_MS) };
}

function commitmentOf(account: Account): MinimumThroughputBillingCommitmentOutput {
  if (!account.minimumThroughputBilling) return { Status: "DISABLED" };
  const { endedAtMs, startedAtMs } = account.minimumThroughputBilling;
  const StartedAt = new Date(startedAtMs);
  if (endedAtMs !== undefined && endedAtMs <= account.nowMs()) {
    return { Status: "DISABLED", StartedAt, EndedAt: new Date(endedAtMs) };
  }
  return {
    Status: endedAtMs === undefined ? "ENABLED" : "ENABLED_UNTIL_EARLIEST_ALLOWED_END",
    StartedAt,
    EarliestAllowedEndAt: new Date(startedAtMs + LEAST_MS),
  };
}
