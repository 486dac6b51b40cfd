// The door over HTTP: not there yet.
import type { Clock } from "../../kinesis/index.ts";
import type { Performer } from "../door.ts";

export interface Listener {
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

export function listen(
  _performer: Performer,
  _options: { readonly clock: Clock; readonly port?: number },
): Promise<Listener> {
  return Promise.reject(new Error("the HTTP door has not landed"));
}
