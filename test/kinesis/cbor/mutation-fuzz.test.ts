// Whatever comes: it is read, or it is a MalformedCborError; at once, and with no more memory than its bytes can mean.
//
//   FUZZ=1000000 npx vitest run test/kinesis/cbor/mutation-fuzz.test.ts
//   SEED=… FUZZ_FIRST=… FUZZ=1 npx vitest run test/kinesis/cbor/mutation-fuzz.test.ts      replays one input

import { deepStrictEqual } from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { MalformedCborError, readCbor, writeCbor } from "../../../src/kinesis/index.ts";
import { Random } from "../../fuzz/random.ts";
import { seed } from "../../properties/replay.ts";
import { mutatedCbor, page } from "./mutated-cbor.ts";
import { PAGE } from "./shapes.ts";

const RUNS = Number(process.env["FUZZ"] ?? 2_000);
const FIRST = Number(process.env["FUZZ_FIRST"] ?? 0);
/** An input is a few hundred bytes. */
const PATIENCE_MICROS = 1_000_000;

type Read = { readonly value: unknown } | { readonly error: MalformedCborError };

function attempt(bytes: Uint8Array, shape: typeof PAGE | undefined): Read {
  try {
    return { value: readCbor(bytes, shape) };
  } catch (error) {
    if (error instanceof MalformedCborError) return { error };
    throw error;
  }
}

/** @throws what is wrong with our reading */
function check(input: Uint8Array): Read {
  const before = process.cpuUsage();
  const bare = attempt(input, undefined);
  const shaped = attempt(input, PAGE);
  const micros = process.cpuUsage(before).user;
  if (micros > PATIENCE_MICROS) expect.fail(`took ${micros / 1_000} ms of CPU`);
  for (const read of [bare, shaped]) {
    if ("value" in read) continue;
    const { code, offset } = read.error;
    const isSound =
      code === "KPL_KIT_MALFORMED_CBOR" && Number.isInteger(offset) && offset >= 0 && offset <= input.length;
    if (!isSound) expect.fail(`${code} at ${offset} of ${input.length}`);
  }
  // What is malformed as CBOR is so by any shape; the shape only adds demands on data as text.
  if ("error" in bare && "value" in shaped) expect.fail("the shape has made it well-formed");
  checkEmbedded(input, bare);
  if ("a" in {} || Object.keys(Object.prototype).length > 0) expect.fail("the prototype of all objects has changed");
  return bare;
}

/** The same wherever it lies: nothing is read beside its own bytes. */
function checkEmbedded(input: Uint8Array, alone: Read): void {
  const larger = new Uint8Array(input.length + 64).fill(0xff);
  larger.set(input, 31);
  const there = attempt(larger.subarray(31, 31 + input.length), undefined);
  if ("error" in alone) deepStrictEqual("error" in there && there.error.message, alone.error.message);
  else deepStrictEqual(there, alone);
}

describe(`mutated answers (SEED=${seed}, ${RUNS} of them)`, () => {
  it("are read or refused", { timeout: Math.max(60_000, RUNS * 5) }, () => {
    let refused = 0;
    let reader = 0;
    for (let run = FIRST; run < FIRST + RUNS; run++) {
      const input = mutatedCbor(new Random(Math.imul(seed, 0x9e3779b1) + run));
      try {
        if ("error" in check(input)) refused++;
        // After bad input, good input is read as ever: names are remembered.
        const good = page(new Random(reader++));
        if (run % 50 === 0) deepStrictEqual(readCbor(writeCbor(good)), withoutUnset(good));
      } catch (error) {
        const hex = Buffer.from(input).toString("hex");
        throw new Error(`SEED=${seed} FUZZ_FIRST=${run} FUZZ=1 replays it: ${hex}`, { cause: error });
      }
    }
    if (RUNS < 1_000) return;
    // All garbage, or nothing but sound answers, would prove little.
    expect(refused / RUNS).toBeGreaterThan(0.3);
    expect(refused / RUNS).toBeLessThan(0.9);
  });
});

describe("memory", () => {
  const MIB = 1_048_576;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  it.each([
    ...["5affffffff", "5b0000000100000000", "5b8000000000000000", "5bffffffffffffffff"],
    ...["7affffffff", "9affffffff", "9b8000000000000000", "baffffffff", "bb8000000000000000", "9bffffffffffffffff"],
  ])("a claim is not believed: %s", (head) => {
    const input = Buffer.concat([Buffer.from(head, "hex"), Buffer.alloc(1_000, 0x61)]);
    let peak = 0;
    for (let turn = 0; turn < 100; turn++) {
      const before = process.memoryUsage();
      expect("error" in attempt(input, undefined)).toBe(true);
      const after = process.memoryUsage();
      peak = Math.max(peak, after.arrayBuffers - before.arrayBuffers);
    }
    expect(peak).toBeLessThan(MIB);
  });

  it("objects for bytes, the worst that an input can do, are so many times its size, as with a JSON of []s", () => {
    const parts = ["80", "a0", "40", "5f40ff", "01", "fb3ff199999999999a", "c101", "6161", "5f41074107ff"];
    const inputs = parts.map((hex) => {
      const one = Buffer.from(hex, "hex");
      const count = Math.floor(MIB / 32 / one.length);
      return Buffer.concat([Buffer.of(0x9f), Buffer.alloc(count * one.length, one), Buffer.of(0xff)]);
    });
    collect();
    const before = process.memoryUsage();
    const held = inputs.map((input) => readCbor(input));
    collect();
    const after = process.memoryUsage();
    const bytesHeld = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(held).toHaveLength(parts.length);
    expect(bytesHeld / inputs.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(200);
  });
});

function withoutUnset(value: object): unknown {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
