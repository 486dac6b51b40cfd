// What calls that set something on a stream have in common: it must be ACTIVE, and is UPDATING until the setting holds.

import type { Account, StreamReference } from "../account.ts";
import type { Stream } from "../stream.ts";
import { requireActive } from "./streams.ts";

/** @throws `ServiceError` */
export function activeStreamOf(account: Account, reference: StreamReference): Stream {
  const stream = account.streamOf(reference);
  requireActive(account, stream);
  return stream;
}

export function beginUpdate(account: Account, stream: Stream, apply: (atMs: number) => void): void {
  stream.begin("UPDATING", account.nowMs() + account.options.transitionMs, apply);
}
