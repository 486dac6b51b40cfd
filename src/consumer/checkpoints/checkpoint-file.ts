// The text of a checkpoint file: JSON that a person can read and mend. What cannot be understood is refused whole, for
// what is left out of it would be a shard that starts anew, or skips.

import { comparePositions, type Position } from "../../codec/index.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { type CheckpointsByStream, setCheckpoint } from "./checkpoints-by-stream.ts";
import { CheckpointFileDamagedError } from "./errors.ts";

const VERSION = 1;

export function writeCheckpointFile(streams: CheckpointsByStream): string {
  // An object made from entries has "__proto__" as a member like any other; JSON writes a Date as ISO text.
  const content = [...streams].map(([streamName, ofStream]) => [streamName, Object.fromEntries(ofStream)] as const);
  return `${JSON.stringify({ version: VERSION, streams: Object.fromEntries(content) }, undefined, 2)}\n`;
}

/** @throws `KPL_KIT_CHECKPOINT_FILE_DAMAGED` */
export function readCheckpointFile(path: string, text: string): CheckpointsByStream {
  try {
    return streamsOf(JSON.parse(text));
  } catch (error) {
    const { message } = error as Error; // JSON.parse, and what is below, throw nothing else
    throw new CheckpointFileDamagedError(path, message, { cause: error });
  }
}

function streamsOf(content: unknown): CheckpointsByStream {
  const file = membersOf(content, "the file");
  // A later version may mean something else by any other member.
  const version = file.get("version");
  if (version !== VERSION) throw new Error(`its version is ${JSON.stringify(version)}, not ${VERSION}`);
  const streams: CheckpointsByStream = new Map();
  for (const [streamName, shards] of membersOf(onlyMember(file, "streams"), "streams")) {
    const place = `streams[${JSON.stringify(streamName)}]`;
    for (const [shardId, checkpoint] of membersOf(shards, place)) {
      setCheckpoint(streams, streamName, shardId, checkpointOf(checkpoint, `${place}[${JSON.stringify(shardId)}]`));
    }
  }
  return streams;
}

function onlyMember(file: ReadonlyMap<string, unknown>, name: string): unknown {
  checkMembers(file, ["version", name], "the file");
  return file.get(name);
}

function checkpointOf(value: unknown, place: string): Checkpoint {
  const members = membersOf(value, place);
  checkMembers(members, ["sequenceNumber", "subSequenceNumber", "timestamp"], place);
  const position = {
    sequenceNumber: members.get("sequenceNumber"),
    ...(members.has("subSequenceNumber") && { subSequenceNumber: members.get("subSequenceNumber") }),
  } as Position;
  try {
    comparePositions(position, position);
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
  }
  if (!members.has("timestamp")) return position;
  const written = members.get("timestamp");
  const timestamp = new Date(typeof written === "string" ? written : Number.NaN);
  if (Number.isNaN(timestamp.getTime())) throw new Error(`${place}: timestamp must be a time as ISO 8601 writes it`);
  return { ...position, timestamp };
}

function membersOf(value: unknown, place: string): ReadonlyMap<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new Error(`${place} must be an object`);
  return new Map(Object.entries(value));
}

/** A misspelled name would else be dropped with the next save. */
function checkMembers(members: ReadonlyMap<string, unknown>, known: readonly string[], place: string): void {
  for (const name of members.keys()) {
    if (!known.includes(name)) throw new Error(`${place} must not have ${JSON.stringify(name)}`);
  }
}
