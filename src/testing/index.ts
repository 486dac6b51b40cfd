// `kpl-kit/testing`: a Kinesis in the process, for tests.

export type { ActionName } from "./action.ts";
