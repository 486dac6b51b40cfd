import { describe, expect, it } from "vitest";
import { BodyBuffers } from "../../../src/kinesis/wire/index.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Writes a body of `size` bytes. */
function lent(buffers: BodyBuffers, size: number): { readonly body: Buffer; readonly buffer: Buffer } {
  const buffer = buffers.take(size);
  const body = buffer.subarray(0, size);
  buffers.lend(body, buffer);
  return { body, buffer };
}

/** Not toBe: where it fails, and for `not` also where it holds, vitest looks at every byte. */
function takes(buffers: BodyBuffers, size: number, buffer: Buffer): boolean {
  return buffers.take(size) === buffer;
}

describe("a buffer that was given back", () => {
  it.each([64 * KIB, 64 * KIB + 1, 100_000, MIB, 10 * MIB])("is taken again for %i bytes", (size) => {
    const buffers = new BodyBuffers();
    const { body, buffer } = lent(buffers, size);
    expect(buffer.length).toBeGreaterThanOrEqual(size);
    buffers.giveBack(body);
    expect(takes(buffers, size, buffer)).toBe(true);
    expect(takes(buffers, size, buffer), "it is out").toBe(false);
  });

  it("once, however often it is given back", () => {
    const buffers = new BodyBuffers();
    const { body, buffer } = lent(buffers, MIB);
    for (let times = 0; times < 3; times++) buffers.giveBack(body);
    expect(takes(buffers, MIB, buffer)).toBe(true);
    expect(takes(buffers, MIB, buffer)).toBe(false);
  });

  it("is not for a body that is larger, nor for one that is far smaller", () => {
    const buffers = new BodyBuffers();
    const { body, buffer } = lent(buffers, MIB);
    buffers.giveBack(body);
    expect(takes(buffers, MIB + 1, buffer)).toBe(false);
    expect(takes(buffers, MIB / 4 - 1, buffer)).toBe(false);
    expect(takes(buffers, MIB / 4, buffer)).toBe(true);
  });
});

describe("left alone", () => {
  it("what was not lent: another's body, another view, no bytes at all", () => {
    const buffers = new BodyBuffers();
    const { body, buffer } = lent(buffers, MIB);
    for (const stranger of [Buffer.alloc(MIB), buffer, new Uint8Array(body.buffer), "text", undefined, null, 7]) {
      buffers.giveBack(stranger);
    }
    expect(takes(buffers, MIB, buffer)).toBe(false);
    buffers.giveBack(body);
    expect(takes(buffers, MIB, buffer)).toBe(true);
  });

  it("small ones, which Node has a pool for", () => {
    const buffers = new BodyBuffers();
    const { body, buffer } = lent(buffers, 64 * KIB - 1);
    expect(buffer.length).toBe(64 * KIB - 1);
    buffers.giveBack(body);
    expect(takes(buffers, 64 * KIB - 1, buffer)).toBe(false);
  });

  it("what is beyond 64 MiB, together", () => {
    const buffers = new BodyBuffers();
    const all = Array.from({ length: 7 }, () => lent(buffers, 10 * MIB));
    for (const { body } of all) buffers.giveBack(body);
    const again = new Set(all.map(() => buffers.take(10 * MIB)));
    expect(all.filter(({ buffer }) => again.has(buffer)).length).toBe(6);
    // What was taken makes room.
    const [one] = all as [(typeof all)[0]];
    buffers.lend(one.body, one.buffer);
    buffers.giveBack(one.body);
    expect(takes(buffers, 10 * MIB, one.buffer)).toBe(true);
  });
});
