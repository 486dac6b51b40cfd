// Aggregates that went wrong, by the hundred thousand. Whatever comes: nothing throws, nothing hangs, nothing is read
// beside the record's own bytes, and what is well-formed is what the judge of proto2 says.
//
//   FUZZ_RUNS=1000000 npm test -- mutation-fuzz      as `npm run fuzz:codec` does
//   SEED=… FUZZ_FIRST=… FUZZ_RUNS=1 npm test -- mutation-fuzz      replays one input

import { describe, expect, it } from "vitest";
import {
  deaggregate,
  deaggregateAll,
  type InspectedField,
  inspect,
  isAggregated,
  type UserRecord,
} from "../../src/codec/index.ts";
import { expectEveryByteOnce } from "../codec/inspected-bytes.ts";
import { mutatedRecord } from "../fuzz/mutations.ts";
import { Random } from "../fuzz/random.ts";
import { frame, hex, messageOf } from "../oracle/frame.ts";
import { type Corner, type JudgedRecord, judge, type Message, parseStrictly, type Verdict } from "../oracle/judge.ts";
import { decodeWithProtobufjs } from "../oracle/protobufjs.ts";
import { seed } from "./replay.ts";

const RUNS = Number(process.env["FUZZ_RUNS"] ?? 20_000);
const FIRST = Number(process.env["FUZZ_FIRST"] ?? 0);
const BATCH = 16;
/** An input is at most a few hundred bytes. */
const PATIENCE_MICROS = 2_000_000;

const outer = { PartitionKey: "outer", SequenceNumber: "1" };

function inputOf(run: number): Uint8Array {
  return mutatedRecord(new Random(Math.imul(seed, 0x9e3779b1) + run));
}

/** Everything that a reader can see of the user records. */
function shown(users: readonly UserRecord[]): string {
  return users
    .map((user) =>
      [
        user.partitionKey,
        user.explicitHashKey,
        user.hashKey,
        hex(user.data),
        user.subSequenceNumber,
        user.aggregated,
        user.malformed,
      ].join("\u0001"),
    )
    .join("\u0002");
}

function shownOf(records: readonly JudgedRecord[]): string {
  return records
    .map((record, sub) =>
      [record.partitionKey, record.explicitHashKey, record.hashKey, hex(record.data), sub, true, undefined].join(
        "\u0001",
      ),
    )
    .join("\u0002");
}

function shownFields(fields: readonly InspectedField[]): string {
  return fields
    .map(
      ({ name, offset, length, value, children }) =>
        `${name}@${offset}+${length}=${value instanceof Uint8Array ? hex(value) : value}(${children ? shownFields(children) : ""})`,
    )
    .join();
}

/** The same bytes where others lie before and behind: as a page of GetRecords, or a pool of buffers, holds them. */
function embeddings(input: Uint8Array): Uint8Array[] {
  const zeros = new Uint8Array(input.length + 40);
  zeros.set(input, 7);
  // What a reader that ran past the end would like best: the same aggregate once more.
  const itself = Buffer.allocUnsafe(3 * input.length);
  for (const i of [0, 1, 2]) itself.set(input, i * input.length);
  const ones = new Uint8Array(input.length + 64).fill(0xff);
  ones.set(input, 33);
  return [
    zeros.subarray(7, 7 + input.length),
    itself.subarray(input.length, 2 * input.length),
    ones.subarray(33, 33 + input.length),
  ];
}

/** @throws whatever is wrong with our reading of the input */
function check(input: Uint8Array): Verdict["kind"] {
  const started = process.cpuUsage();
  const verdict = judge(input);
  const users = deaggregate({ ...outer, Data: input });
  const [first] = users;
  if (verdict.kind === "aggregate") {
    if (shown(users) !== shownOf(verdict.records)) expect(shown(users)).toBe(shownOf(verdict.records));
  } else {
    const whole =
      users.length === 1 &&
      first &&
      !first.aggregated &&
      first.partitionKey === "outer" &&
      hex(first.data) === hex(input);
    if (!whole)
      expect.fail(`a ${verdict.kind} record (${"why" in verdict ? verdict.why : "no magic"}) came as ${shown(users)}`);
    const reason = first.malformed;
    const agreed =
      verdict.kind === "plain" ? reason === undefined : reason !== undefined && verdict.reasons.has(reason);
    if (!agreed) expect.fail(`malformed is ${reason}; the judge says ${"why" in verdict ? verdict.why : "plain"}`);
  }
  if (
    isAggregated(input) !==
    (verdict.kind === "aggregate" || (verdict.kind === "malformed" && !verdict.reasons.has("digest")))
  ) {
    expect.fail(`isAggregated is ${isAggregated(input)}`);
  }

  const inspection = inspect(input);
  expectEveryByteOnce(input, inspection);
  if (inspection.kind !== verdict.kind || inspection.malformed !== first?.malformed) {
    expect.fail(`inspect says ${inspection.kind}, ${inspection.malformed}; deaggregate ${first?.malformed}`);
  }
  if (inspection.kind === "aggregate" && inspection.userRecords !== users.length)
    expect.fail(`inspect counts ${inspection.userRecords} user records`);

  const alone = [shown(users), shownFields(inspection.fields), JSON.stringify(inspection.stoppedAt)].join();
  for (const embedded of embeddings(input)) {
    const inspected = inspect(embedded);
    const there = [
      shown(deaggregate({ ...outer, Data: embedded })),
      shownFields(inspected.fields),
      JSON.stringify(inspected.stoppedAt),
    ].join();
    if (there !== alone) expect(there, "in a larger buffer").toBe(alone);
  }
  if (shown(deaggregate({ ...outer, Data: input }, { copy: true })) !== shown(users))
    expect.fail("a copy differs from the view");
  const { user: micros } = process.cpuUsage(started);
  if (micros > PATIENCE_MICROS) expect.fail(`took ${micros / 1_000} ms of CPU`);
  return verdict.kind;
}

/** The shortest input like it that still fails, and how. */
function smallest(input: Uint8Array, failure: unknown): { readonly input: Uint8Array; readonly failure: unknown } {
  let best = { input, failure };
  if (!isAggregated(input)) return best;
  for (let length = input.length >> 1; length > 0; length >>= 1) {
    for (let at = 0; at + length <= messageOf(best.input).length; at++) {
      const message = messageOf(best.input);
      const shorter = frame(Uint8Array.from([...message.subarray(0, at), ...message.subarray(at + length)]));
      try {
        check(shorter);
      } catch (error) {
        best = { input: shorter, failure: error };
      }
    }
  }
  return best;
}

function fail(run: number, found: Uint8Array, error: unknown): never {
  const { input, failure } = smallest(found, error);
  const why = failure instanceof Error ? failure.message : String(failure);
  throw new Error(`SEED=${seed} FUZZ_FIRST=${run} FUZZ_RUNS=1 replays it. Its smallest like: ${hex(input)}\n${why}`, {
    cause: failure,
  });
}

/** @throws unless deaggregateAll of them is what deaggregate makes of each */
function checkTogether(inputs: readonly Uint8Array[]): void {
  const records = inputs.map((Data) => ({ ...outer, Data }));
  const all = shown(deaggregateAll(records));
  const each = shown(records.flatMap((record) => deaggregate(record)));
  if (all !== each) expect(all, "deaggregateAll").toBe(each);
}

/** @throws where protobufjs reads the message otherwise than the judge, unless the walk came to a corner */
function checkJudge(body: Uint8Array, met: Map<Corner, number>): void {
  const { why, message, corners } = parseStrictly(body);
  for (const corner of corners) met.set(corner, (met.get(corner) ?? 0) + 1);
  const decoded = decodeWithProtobufjs(body);
  if (corners.size === 0 && (decoded !== undefined) !== (why === undefined)) {
    expect.fail(`the judge says ${why ?? "sound"}, protobufjs ${decoded ? "sound" : "malformed"}`);
  }
  if (!decoded || why !== undefined) return;
  const records = (message.get("records") ?? []) as Message[];
  const judged = records.map((record) => {
    const last = (field: string): unknown => record.get(field)?.at(-1);
    return [last("partition_key_index"), last("explicit_hash_key_index"), hex(last("data") as Uint8Array)].join();
  });
  const theirs = decoded.records.map((record) => [record.keyIndex, record.hashKeyIndex, hex(record.data)].join());
  if (judged.join(";") !== theirs.join(";")) expect(judged, "the judge beside protobufjs").toEqual(theirs);
  const entries = (field: string): number => message.get(field)?.length ?? 0;
  if (
    decoded.partitionKeys.length !== entries("partition_key_table") ||
    decoded.hashKeys.length !== entries("explicit_hash_key_table")
  ) {
    expect.fail("the judge and protobufjs find tables of other lengths");
  }
}

describe(`mutated aggregates (SEED=${seed}, ${RUNS} of them)`, () => {
  it("are read as the judge reads them, wherever they lie", { timeout: Math.max(60_000, RUNS * 5) }, () => {
    const kinds = { plain: 0, aggregate: 0, malformed: 0 };
    const corners = new Map<Corner, number>();
    let together: Uint8Array[] = [];
    for (let run = FIRST; run < FIRST + RUNS; run++) {
      const input = inputOf(run);
      try {
        kinds[check(input)]++;
        checkJudge(messageOf(input), corners);
        together.push(input);
        if (together.length < BATCH) continue;
        checkTogether(together);
        together = [];
      } catch (error) {
        fail(run, input, error);
      }
    }
    // A fuzz that makes nothing but garbage, or nothing but sound aggregates, proves little.
    if (RUNS < 10_000) return;
    expect(kinds.aggregate / RUNS).toBeGreaterThan(0.15);
    expect(kinds.malformed / RUNS).toBeGreaterThan(0.15);
    expect(kinds.plain).toBeGreaterThan(0);
    expect(new Set(corners.keys())).toEqual(new Set(["long varint", "padded", "depth"]));
  });
});
