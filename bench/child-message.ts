import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The first that it tells. */
export async function messageOf<Message>(child: ChildProcess, who: string): Promise<Message> {
  // Not "exit": it may overtake the message.
  const first = await Promise.race([once(child, "message"), once(child, "disconnect").then(() => undefined)]);
  if (!first) throw new Error(`${who} ended without a word`);
  return first[0] as Message;
}
