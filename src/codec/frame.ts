// The frame of an aggregate: F3 89 9A C2, a protobuf AggregatedRecord, the MD5 of the protobuf's bytes (KPL,
// kinesis_record.h). The KCL takes nothing of 20 bytes or fewer for an aggregate, not even an empty one.

import { byteOfDigest, DIGEST_LENGTH, digest, digestFollows, severalDigestsOf, writeDigest } from "./md5/index.ts";

export const MAGIC_LENGTH = 4;
export const FRAME_LENGTH: number = MAGIC_LENGTH + DIGEST_LENGTH;

// The tags of the three messages: field number << 3 | wire type. AggregatedRecord:
export const PARTITION_KEY_TABLE = 0x0a;
export const EXPLICIT_HASH_KEY_TABLE = 0x12;
export const RECORDS = 0x1a;
// Record:
export const PARTITION_KEY_INDEX = 0x08;
export const EXPLICIT_HASH_KEY_INDEX = 0x10;
export const DATA = 0x1a;
export const TAGS = 0x22;
// Tag:
export const TAG_KEY = 0x0a;
export const TAG_VALUE = 0x12;

export const MAGIC: readonly number[] = [0xf3, 0x89, 0x9a, 0xc2];

export function startsWithMagic(data: Uint8Array): boolean {
  return data[0] === 0xf3 && data[1] === 0x89 && data[2] === 0x9a && data[3] === 0xc2;
}

/** Has the magic and is long enough; whether it is an aggregate, its digest tells. */
export function isFramed(data: Uint8Array): boolean {
  return data.length > FRAME_LENGTH && startsWithMagic(data);
}

export function hasSoundDigest(framed: Uint8Array): boolean {
  return digestFollows(framed, MAGIC_LENGTH, framed.length - DIGEST_LENGTH);
}

/** Of each, whether it is framed and has a sound digest. */
export function soundDigests(allData: readonly Uint8Array[]): boolean[] {
  const places = allData.flatMap((data, place) => (isFramed(data) ? [place] : []));
  const framed = places.map((place) => allData[place]!); // there is one
  const several = severalDigestsOf(framed);
  if (!several) return allData.map(isAggregated);
  const sound = allData.map(() => false);
  several.digestArrays(framed, MAGIC_LENGTH, DIGEST_LENGTH, (index, words, at) => {
    const frame = framed[index]!; // one of them
    let i = 0;
    while (i < DIGEST_LENGTH && byteOfDigest(words, at, i) === frame[frame.length - DIGEST_LENGTH + i]) i++;
    sound[places[index]!] = i === DIGEST_LENGTH; // as many
  });
  return sound;
}

/** Writes the digest that a frame lacks. */
export function seal(frame: Uint8Array): void {
  const end = frame.length - DIGEST_LENGTH;
  digest(frame, MAGIC_LENGTH, end, frame, end);
}

/** The same of several. */
export function sealAll(frames: readonly Uint8Array[]): void {
  const several = severalDigestsOf(frames);
  if (!several) frames.forEach(seal);
  several?.digestArrays(frames, MAGIC_LENGTH, DIGEST_LENGTH, (index, words, at) => {
    const frame = frames[index]!; // one of them
    writeDigest(words, at, frame, frame.length - DIGEST_LENGTH);
  });
}

/** Longer than 20 bytes, magic, and the digest matches: the KCL's test. */
export function isAggregated(data: Uint8Array): boolean {
  return isFramed(data) && hasSoundDigest(data);
}
