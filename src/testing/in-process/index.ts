// The door for programs in the same process.

export { MissingPeerError } from "../../kinesis/index.ts";
export { createInProcessClient, type InProcessClientOptions } from "./in-process-client.ts";
