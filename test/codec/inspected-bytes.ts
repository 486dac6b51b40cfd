// The law of inspect: read in order, its leaves are the record's bytes, each once.

import { expect } from "vitest";
import type { InspectedField, Inspection } from "../../src/codec/index.ts";

export function leavesOf(fields: readonly InspectedField[]): InspectedField[] {
  const leaves: InspectedField[] = [];
  const walk = (level: readonly InspectedField[]): void => {
    for (const field of level) {
      if (field.children) walk(field.children);
      else leaves.push(field);
    }
  };
  walk(fields);
  return leaves;
}

/** Fails on a gap, an overlap, or a parent that does not span exactly its children. */
export function expectEveryByteOnce(bytes: Uint8Array, { fields }: Inspection): void {
  const end = endOf(fields, 0);
  if (end !== bytes.length) expect.fail(`the fields end at ${end}, the record at ${bytes.length}`);
}

function endOf(fields: readonly InspectedField[], start: number): number {
  let at = start;
  for (const field of fields) {
    if (field.offset !== at) expect.fail(`${field.name} starts at ${field.offset}, where ${at} is next`);
    if (field.length < 0 || !Number.isInteger(field.length)) expect.fail(`${field.name} has length ${field.length}`);
    at += field.length;
    if (field.children && endOf(field.children, field.offset) !== at)
      expect.fail(`${field.name} does not span its children`);
  }
  return at;
}
