// The door for programs in the same process.

export { createInProcessClient, type InProcessClientOptions } from "./in-process-client.ts";
