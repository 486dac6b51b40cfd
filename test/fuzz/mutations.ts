// Aggregates that went wrong: first as a message, where a wire type, an index or a nesting changes, then as bytes. The
// digest is made anew for most, or none would come past it.

import { concat, frame, MAGIC, md5, utf8 } from "../oracle/frame.ts";
import {
  bytesNode,
  copyOf,
  everyField,
  type Field,
  groupNode,
  messageNode,
  varintNode,
  write,
} from "./message-tree.ts";
import type { Random } from "./random.ts";

const KEYS = ["a", "b", "10", "2", "__proto__", "é☃😀", "\ufeffk", "k".repeat(40), ""].map(utf8);
const BAD_KEYS = [Uint8Array.of(0xff), Uint8Array.of(0xed, 0xa0, 0x80), Uint8Array.of(0x61, 0xf0, 0x9f)];
const MAX = (1n << 128n) - 1n;
const HASH_KEYS = ["0", "7", "007", "12345678901234567890", `${MAX}`, `000${MAX}`].map(utf8);
const BAD_HASH_KEYS = [
  "",
  "abc",
  "-1",
  "5x",
  " 5",
  "5 ",
  "0x10",
  "1e3",
  "٣",
  `${MAX + 1n}`,
  "9".repeat(39),
  "9".repeat(40),
  "9".repeat(200),
].map(utf8);
const INDEXES = [
  0n,
  1n,
  2n,
  3n,
  127n,
  1n << 31n,
  1n << 32n,
  (1n << 32n) + 1n,
  1n << 53n,
  (1n << 53n) + 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];
const NUMBERS = [
  0n,
  1n,
  2n,
  3n,
  4n,
  9n,
  15n,
  16n,
  2047n,
  2048n,
  (1n << 29n) - 1n,
  1n << 29n,
  (1n << 29n) + 1n,
  1n << 40n,
];
const LENGTH_ERRORS = [1n, -1n, 2n, 16n, 1n << 31n, 1n << 32n, -(1n << 40n), (1n << 64n) - 5n];
/** Around the limit, and rarely: they cost more than all else. */
const DEPTHS = [1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 97, 98, 99, 100, 101, 102, 300];

/** A sound message of up to six records. */
function soundMessage(random: Random): Field[] {
  const keys = Array.from({ length: 1 + random.int(3) }, () => bytesNode(1, random.pick(KEYS)));
  const hashKeys = Array.from({ length: random.int(3) }, () => bytesNode(2, random.pick(HASH_KEYS)));
  const records = Array.from({ length: random.int(6) }, () => {
    const fields = [varintNode(1, BigInt(random.int(keys.length)))];
    if (hashKeys.length > 0 && random.once(2)) fields.push(varintNode(2, BigInt(random.int(hashKeys.length))));
    fields.push(bytesNode(3, random.bytes(random.once(20) ? 150 : random.int(12))));
    if (random.once(10))
      fields.push(messageNode(4, bytesNode(1, utf8("tag")), ...(random.once(2) ? [bytesNode(2, utf8("v"))] : [])));
    return messageNode(3, ...fields);
  });
  return [...keys, ...hashKeys, ...records];
}

/** A Kinesis record that was an aggregate before up to four things happened to it. */
export function mutatedRecord(random: Random): Uint8Array {
  const fields = soundMessage(random);
  for (let changes = random.int(4); changes > 0; changes--) mutateTree(fields, random);
  let message = write(fields);
  if (random.once(3))
    for (let changes = 1 + random.int(3); changes > 0; changes--) message = mutateBytes(message, random);
  if (!random.once(12)) return frame(message);
  return mutateFrame(message, random);
}

function mutateTree(fields: Field[], random: Random): void {
  const all = everyField(fields);
  const chosen = all.length > 0 ? random.pick(all) : undefined;
  if (!chosen) {
    fields.push(unknownField(random));
    return;
  }
  const { field, among } = chosen;
  const at = among.indexOf(field);
  switch (random.int(14)) {
    case 0: // another wire type, the same content
      field.wireType = random.int(8);
      break;
    case 1:
      field.number = random.pick(NUMBERS);
      break;
    case 2:
      field.value = random.pick(INDEXES);
      break;
    case 3:
      field.tagBytes = 1 + random.int(12);
      break;
    case 4:
      field.valueBytes = 1 + random.int(12);
      field.excess = random.pick([0, 0, 1, 2, 0x7e]);
      break;
    case 5:
      field.lengthError = random.pick(LENGTH_ERRORS);
      break;
    case 6:
      among.splice(at, 1);
      break;
    case 7:
      among.splice(random.int(among.length + 1), 0, copyOf(field));
      break;
    case 8: // to another place, perhaps into another message
      among.splice(at, 1);
      random.pick([fields, among, ...fields.flatMap(({ parts }) => (parts ? [parts] : []))]).push(field);
      break;
    case 9:
      among.splice(random.int(among.length + 1), 0, unknownField(random));
      break;
    case 10: // into a group, which hides it
      among[at] = nested(random.pick(DEPTHS), field);
      break;
    case 11:
      field.parts = undefined;
      field.bytes = random.pick([...BAD_KEYS, ...KEYS]);
      break;
    case 12:
      field.parts = undefined;
      field.bytes = random.pick([...BAD_HASH_KEYS, ...HASH_KEYS]);
      break;
    default: // a record of its own making
      among.push(
        messageNode(
          3,
          varintNode(1, random.pick(INDEXES)),
          varintNode(2, random.pick(INDEXES)),
          bytesNode(3, random.bytes(2)),
        ),
      );
  }
}

function unknownField(random: Random): Field {
  const number = random.pick([5, 9, 16, 2_047, 2_048, 2 ** 29 - 1]);
  const field = random.pick([
    () => varintNode(number, random.pick(INDEXES)),
    () => bytesNode(number, random.bytes(random.int(5))),
    () => groupNode(number, varintNode(1, 1n), groupNode(2), bytesNode(3, random.bytes(3))),
    () => nested(random.pick(DEPTHS), varintNode(1, 1n)),
  ])();
  if (random.once(3)) field.wireType = random.int(8);
  return field;
}

function nested(depth: number, innermost: Field): Field {
  let field = innermost;
  for (let i = 0; i < depth; i++) field = groupNode(9, field);
  return field;
}

function mutateBytes(message: Uint8Array, random: Random): Uint8Array {
  const at = random.int(message.length + 1);
  const to = Math.min(message.length, at + random.int(8));
  switch (random.int(7)) {
    case 0: // a flipped bit
      return message.map((byte, i) => (i === at ? byte ^ (1 << random.int(8)) : byte));
    case 1:
      return message.map((byte, i) => (i === at ? random.pick([0, 0x7f, 0x80, 0xff, 0x0b, 0x0c, 0x1a]) : byte));
    case 2:
      return message.slice(0, at);
    case 3:
      return concat(message.subarray(0, at), random.bytes(1 + random.int(4)), message.subarray(at));
    case 4:
      return concat(message.subarray(0, at), message.subarray(to));
    case 5: // a piece of itself, elsewhere
      return concat(message.subarray(0, to), message.subarray(at));
    default:
      return concat(message.subarray(0, at), write(soundMessage(random)).subarray(random.int(6)));
  }
}

/** What is wrong is the frame itself. */
function mutateFrame(message: Uint8Array, random: Random): Uint8Array {
  const sound = frame(message);
  switch (random.int(6)) {
    case 0:
      return sound.map((byte, i) => (i === random.int(sound.length) ? byte ^ 1 : byte));
    case 1:
      return sound.slice(0, random.int(sound.length + 1));
    case 2:
      return concat(sound, random.bytes(1 + random.int(20)));
    case 3: // the digest of all but the digest
      return concat(MAGIC, message, md5(concat(MAGIC, message)));
    case 4:
      return concat(MAGIC, random.bytes(random.int(40)));
    default:
      return random.bytes(random.int(40));
  }
}
