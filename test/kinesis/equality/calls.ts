// Our client, call by call, beside the SDK's own with JSON: the same answers, the same errors, to the last type.

import { beforeAll, expect, it } from "vitest";
import { LocalKinesis, VirtualClock } from "../../../src/testing/index.ts";
import { INPUT_SHAPES } from "../../../src/testing/shapes/index.ts";
import type { Sdk } from "../sdk.ts";
import { type MakeClient, OUR_CLIENTS, theirClient } from "./clients.ts";
import { digested, type Outcome, observed } from "./observed.ts";
import { type Answer, script } from "./script.ts";

interface Call {
  readonly command: string;
  readonly input: object;
  readonly outcome: Outcome;
}

/** The script, on a stream that is the same each time. */
async function play(sdk: Sdk, make: MakeClient): Promise<readonly Call[]> {
  const clock = new VirtualClock();
  const local = new LocalKinesis({ clock, limits: "off" });
  const { endpoint } = await local.listen();
  const kinesis = make(sdk, endpoint);
  const calls: Call[] = [];
  const call = async (command: string, input: object = {}): Promise<Answer> => {
    const Command = (sdk.peers.client as unknown as Record<string, new (input: object) => never>)[`${command}Command`];
    // The oldest SDK does not have the newest calls.
    if (!Command) return {};
    const outcome = await observed(sdk.peers, () => kinesis.send(new Command(input)));
    calls.push(digested({ command, input, outcome }) as Call);
    return outcome.kind === "answered" ? outcome.output : {};
  };
  try {
    await script({ local, clock, call });
    expect(local.faults.unused).toEqual([]);
    return calls;
  } finally {
    kinesis.destroy();
    await local.close();
  }
}

export function answersAlike(sdk: Sdk): void {
  let theirs: readonly Call[];

  beforeAll(async () => {
    theirs = await play(sdk, theirClient);
  });

  it.each(OUR_CLIENTS)("%s", async (_, make) => {
    const ours = await play(sdk, make);
    for (const [index, expected] of theirs.entries()) {
      const { command, input } = expected;
      expect(ours[index], `${index}: ${command} ${JSON.stringify(input).slice(0, 200)}`).toStrictEqual(expected);
    }
    expect(ours).toHaveLength(theirs.length);
  });

  it("every call of the API is among them, and every exception", () => {
    const known = Object.keys(INPUT_SHAPES).filter((name) => `${name}Command` in sdk.peers.client);
    const answered = new Set(theirs.filter(({ outcome }) => outcome.kind === "answered").map(({ command }) => command));
    expect(known.filter((name) => !answered.has(name))).toEqual(["SubscribeToShard"]);
    const classes = theirs.flatMap(({ outcome }) => (outcome.kind === "refused" ? [outcome.error["class"]] : []));
    const exceptions = Object.keys(sdk.peers.client).filter((name) => /Exception$|^KMSOptInRequired$/.test(name));
    expect(exceptions.filter((name) => !classes.includes(name) && name !== "DryRunOperationException")).toEqual([]);
  });
}
