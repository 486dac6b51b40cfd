// What both doors, the in-process client and the HTTP server, stand in front of.

import type { ActionName, InputOf, OutputOf } from "./action.ts";

/** A call with all that happens to it on the way: validation, latency, faults, throttles, the model itself. */
export interface Performer {
  /**
   * `input` has the SDK's shapes: bytes as Uint8Array, timestamps as Date. The answer too. Bytes are handed over in both
   * directions: the model keeps those of a put, and those of a read are its own. A door copies what a caller may change.
   * @throws `ServiceError` what the service refuses, `BrokenConnectionError` what never arrives, the signal's reason
   */
  perform<Name extends ActionName>(action: Name, input: InputOf<Name>, signal?: AbortSignal): Promise<OutputOf<Name>>;
  isAction(name: string): name is ActionName;
}
