// A listener in front of a fake, for one test.

import { onTestFinished } from "vitest";
import { systemClock } from "../../../src/kinesis/index.ts";
import { type Listener, type ListenOptions, listen } from "../../../src/testing/http/index.ts";
import { FakePerformer } from "./fake-performer.ts";

export interface Door extends Listener {
  readonly performer: FakePerformer;
}

export async function openDoor(options: Partial<ListenOptions> = {}): Promise<Door> {
  const performer = new FakePerformer();
  const listener = await listen(performer, { clock: systemClock, ...options });
  onTestFinished(() => listener.close());
  return { ...listener, performer };
}
