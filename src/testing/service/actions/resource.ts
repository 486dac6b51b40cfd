// What an ARN names that can carry tags and a policy: a stream or a registered consumer.

import { inUse } from "../../service-error.ts";
import type { Account } from "../account.ts";
import { activeStreamOf } from "./settings-change.ts";

export interface Resource {
  readonly arn: string;
  readonly tags: Map<string, string>;
  policy: string | undefined;
}

/** @throws `ServiceError` */
export function resourceOf(account: Account, arn: string | undefined): Resource {
  if (arn?.includes("/consumer/")) return account.consumerOf({ ConsumerARN: arn }).consumer;
  return account.streamOf({ StreamARN: arn });
}

/** "For successful operation, the resource must be in the ACTIVE state." @throws `ServiceError` */
export function activeResourceOf(account: Account, arn: string | undefined): Resource {
  if (!arn?.includes("/consumer/")) return activeStreamOf(account, { StreamARN: arn });
  const { consumer, stream } = account.consumerOf({ ConsumerARN: arn });
  if (consumer.status(account.nowMs()) === "ACTIVE") return consumer;
  throw inUse(
    `Consumer ${consumer.name} with creation timestamp ${Math.floor(consumer.createdAtMs / 1_000)} under stream ${stream.name} ` +
      `and account ${account.accountId} is not in ACTIVE status.`,
  );
}
