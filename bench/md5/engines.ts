// The engines alone, side by side: messages of one length, from less than a block to 1 MB.

import assert from "node:assert/strict";
import crypto from "node:crypto";
import { byteOfDigest, type DigestEngine, portable } from "../../src/codec/md5/index.ts";
import type { Contender } from "../rounds.ts";
import { messagesOf } from "./corpus.ts";
import { lanes, native } from "./engines-here.ts";
import type { Load, Task } from "./task.ts";

const LENGTHS: Readonly<Record<string, number>> = {
  "16 B": 16,
  "64 B": 64,
  "256 B": 256,
  "1 KB": 1024,
  "4 KB": 4096,
  "16 KB": 16_384,
  "51,200 B": 51_200,
  "256 KB": 262_144,
  "1 MB": 1_048_576,
};

/** From here on fewer messages a pass. */
const LARGE = 262_144;

/** Its fastest result, text of one character a byte, which Node's types leave out. */
const latinCrypto = crypto as unknown as { hash(algorithm: "md5", bytes: Uint8Array, encoding: "latin1"): string };

export const ENGINE_TASKS: readonly Task[] = Object.entries(LENGTHS).map(([name, length]) => ({
  group: "engines",
  name,
  prepare: () => loadOf(length),
}));

function loadOf(length: number): Load {
  const count = length < LARGE ? 32 : 8;
  const messages = messagesOf(count, length);
  assertAlike(messages);
  const sides = [lanesSide(messages), nativeSide(messages), portableSide(messages), hexSide(messages)];
  const rival = latinSide(messages);
  return { unit: "message", count, bytes: count * length, rivals: [rival.name], contenders: [...sides, rival] };
}

function lanesSide(messages: readonly Uint8Array[]): Contender {
  let tally = 0;
  const take = (_index: number, words: Int32Array, at: number) => {
    tally += words[at]! + words[at + 12]!; // a digest is four words, four apart
  };
  return {
    name: "lanes",
    run: () => {
      tally = 0;
      lanes.digestArrays(messages, 0, 0, take);
      return tally;
    },
  };
}

function nativeSide(messages: readonly Uint8Array[]): Contender {
  const into = new Uint8Array(16);
  return {
    name: "native",
    run: () => {
      let tally = 0;
      for (const message of messages) {
        native.digest(message, 0, message.length, into, 0);
        tally += into[0]! + into[15]!; // of 16
      }
      return tally;
    },
  };
}

function portableSide(messages: readonly Uint8Array[]): Contender {
  const into = new Uint8Array(16);
  return {
    name: "portable",
    run: () => {
      let tally = 0;
      for (const message of messages) {
        portable.digest(message, 0, message.length, into, 0);
        tally += into[0]! + into[15]!; // of 16
      }
      return tally;
    },
  };
}

function latinSide(messages: readonly Uint8Array[]): Contender {
  return {
    name: "crypto.hash",
    run: () => {
      let tally = 0;
      for (const message of messages) {
        const text = latinCrypto.hash("md5", message, "latin1");
        tally += text.charCodeAt(0) + text.charCodeAt(15);
      }
      return tally;
    },
  };
}

function hexSide(messages: readonly Uint8Array[]): Contender {
  return {
    name: "crypto.hash, hex",
    run: () => {
      let tally = 0;
      for (const message of messages) {
        const text = crypto.hash("md5", message);
        tally += text.charCodeAt(0) + text.charCodeAt(31);
      }
      return tally;
    },
  };
}

/** An engine that digests to something else does other work. */
function assertAlike(messages: readonly Uint8Array[]): void {
  const expected = messages.map((message) => crypto.hash("md5", message));
  assert.deepEqual(
    messages.map((message) => Buffer.from(latinCrypto.hash("md5", message, "latin1"), "latin1").toString("hex")),
    expected,
    "crypto.hash in latin1",
  );
  assert.deepEqual(digestsBy(native, messages), expected, "native");
  assert.deepEqual(digestsBy(portable, messages), expected, "portable");
  const byLanes: string[] = [];
  lanes.digestArrays(messages, 0, 0, (index, words, at) => {
    byLanes[index] = Buffer.from(Array.from({ length: 16 }, (_, i) => byteOfDigest(words, at, i))).toString("hex");
  });
  assert.deepEqual(byLanes, expected, "lanes");
}

function digestsBy(engine: DigestEngine, messages: readonly Uint8Array[]): string[] {
  const into = Buffer.alloc(16);
  return messages.map((message) => {
    engine.digest(message, 0, message.length, into, 0);
    return into.toString("hex");
  });
}
