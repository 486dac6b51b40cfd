// StartStreamEncryption and StopStreamEncryption. Records are stamped with what their stream was set to; nothing is
// encrypted, and every key is there and usable: faults can say otherwise (KMSDisabledException, KMSNotFoundException ...).

import type { InputOf, Nothing } from "../../action.ts";
import { invalidArgument, limitExceeded } from "../../service-error.ts";
import type { Account } from "../account.ts";
import type { DailyCount } from "../daily-count.ts";
import type { Stream } from "../stream.ts";
import { activeStreamOf, beginUpdate } from "./settings-change.ts";

const CHANGES_A_DAY = 25;

export function startStreamEncryption(account: Account, input: InputOf<"StartStreamEncryption">): Nothing {
  const { KeyId: keyId = "" } = input;
  const stream = activeStreamOf(account, input);
  account.admit("StartStreamEncryption", 5, stream.name);
  requireKms(input.EncryptionType);
  requireChange(account, stream, stream.encryptionStarts);
  beginUpdate(account, stream, () => {
    stream.encryption = { keyId };
  });
  return {};
}

export function stopStreamEncryption(account: Account, input: InputOf<"StopStreamEncryption">): Nothing {
  const stream = activeStreamOf(account, input);
  account.admit("StopStreamEncryption", 5, stream.name);
  requireKms(input.EncryptionType);
  requireChange(account, stream, stream.encryptionStops);
  beginUpdate(account, stream, () => {
    stream.encryption = undefined;
  });
  return {};
}

/** "The only valid value is KMS." @throws `ServiceError` */
function requireKms(encryptionType: string | undefined): void {
  if (encryptionType !== "KMS") throw invalidArgument(`EncryptionType ${encryptionType} is not valid: it must be KMS.`);
}

/** @throws `ServiceError` */
function requireChange(account: Account, stream: Stream, changes: DailyCount): void {
  const most = account.limits.controlCalls === "off" ? Number.POSITIVE_INFINITY : CHANGES_A_DAY;
  if (changes.tryTake(most, account.nowMs())) return;
  throw limitExceeded(
    `Encryption of stream ${stream.name} under account ${account.accountId} can be changed ${CHANGES_A_DAY} times in 24 hours.`,
  );
}
