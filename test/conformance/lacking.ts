// Calls that an engine does not know at all.

import * as sdk from "@aws-sdk/client-kinesis";
import type { ActionName } from "../../src/testing/index.ts";
import type { RunningEngine } from "./engine.ts";
import { outcomeOf } from "./outcome.ts";

type AnyCommand = Parameters<sdk.KinesisClient["send"]>[0];

/** kinesis-mock has no name for it, and takes every unknown target for a call that is not allowed. */
const UNKNOWN = ["UnknownOperationException", "AccessDeniedException"];

export async function knows(running: RunningEngine, call: ActionName): Promise<boolean> {
  const account = await running.account({ rates: "any", changes: "fast" });
  try {
    const Command = Reflect.get(sdk, `${call}Command`) as new (input: object) => AnyCommand;
    return !UNKNOWN.includes(await outcomeOf(account.kinesis.send(new Command({}))));
  } finally {
    await account.close();
  }
}
