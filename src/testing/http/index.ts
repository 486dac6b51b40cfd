// The HTTP door: the model on a port, for any SDK in any language.

export type { Subscription } from "../action.ts";
export { BrokenConnectionError } from "../broken-connection.ts";
export type { Performer } from "../door.ts";
export { ServiceError } from "../service-error.ts";
export { type Listener, type ListenOptions, listen } from "./listener.ts";
