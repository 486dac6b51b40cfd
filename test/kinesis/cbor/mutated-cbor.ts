// Answers of Kinesis that went wrong: claimed lengths, endless nesting, breaks where none belongs, torn and spliced bytes.

import { writeCbor } from "../../../src/kinesis/index.ts";
import type { Random } from "../../fuzz/random.ts";
import { concat } from "../../oracle/frame.ts";
import { oracleWrites } from "./oracle.ts";

const NAMES = [
  "Data",
  "PartitionKey",
  "SequenceNumber",
  "Records",
  "__proto__",
  "constructor",
  "é",
  "n".repeat(70),
  "",
];

/** A page of GetRecords, small. */
export function page(random: Random): object {
  const record = (): object => ({
    ApproximateArrivalTimestamp: new Date(random.int(2 ** 31)),
    Data: random.once(8) ? Buffer.from(random.bytes(30)).toString("base64") : random.bytes(random.int(80)),
    PartitionKey: random.pick(["a", "ключ", "😀".repeat(20), ""]),
    SequenceNumber: String(random.int(2 ** 31)),
    ...(random.once(3) ? { [random.pick(NAMES)]: random.pick([1.5, true, [], { a: [{}] }, new Uint8Array()]) } : {}),
  });
  return {
    ChildShards: random.once(4) ? [{ ParentShards: ["a", "b"], ShardId: "c" }] : undefined,
    MillisBehindLatest: random.int(2 ** 31),
    NextShardIterator: "i".repeat(random.int(120)),
    Records: Array.from({ length: random.int(5) }, record),
  };
}

/** One sound answer, up to four times changed. */
export function mutatedCbor(random: Random): Uint8Array {
  const answer = JSON.parse(JSON.stringify(page(random))) as object;
  let bytes: Uint8Array = random.once(2)
    ? writeCbor(page(random))
    : oracleWrites(random.once(2) ? answer : page(random), random);
  for (let changes = random.int(5); changes > 0; changes--) bytes = mutate(bytes, random);
  return bytes;
}

/** Every kind of head with a length in so many bytes. */
const CLAIMS = [24, 25, 26, 27].flatMap((minor) => [0x40, 0x60, 0x80, 0xa0].map((major) => major | minor));
const LENGTHS = [0n, 1n, 23n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const NESTS = [0x81, 0x9f, 0xa1, 0xbf, 0xc0, 0xc1, 0x5f, 0x7f];

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.int(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.int(12));
  const before = bytes.subarray(0, at);
  switch (random.int(8)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.int(8)) : byte));
    case 1: // torn off
      return bytes.slice(0, at);
    case 2: // a head that claims a length
      return concat(before, claim(random), bytes.subarray(random.once(2) ? at : to));
    case 3:
      return concat(
        before,
        new Uint8Array(random.pick([1, 2, 10, 63, 64, 65, 66, 500])).fill(random.pick(NESTS)),
        bytes.subarray(at),
      );
    case 4: // a break, or any other byte
      return concat(before, Uint8Array.of(random.once(2) ? 0xff : random.int(256)), bytes.subarray(at));
    case 5:
      return concat(before, bytes.subarray(to));
    case 6: // a piece of itself, elsewhere
      return concat(bytes.subarray(0, to), bytes.subarray(at));
    default:
      return concat(before, oracleWrites(page(random), random), bytes.subarray(at));
  }
}

function claim(random: Random): Uint8Array {
  const head = Buffer.alloc(9, random.pick(CLAIMS));
  head.writeBigUInt64BE(random.pick(LENGTHS), 1);
  const bytes = 2 ** ((head[0]! & 0x1f) - 24); // alloc(9) gives nine
  return concat(head.subarray(0, 1), head.subarray(9 - bytes));
}
