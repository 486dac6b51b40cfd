import { describe, expect, it } from "vitest";
import { AnswerBuffers } from "../../../src/kinesis/wire/index.ts";

const MARK = 0xa7;

function givenBack(buffers: AnswerBuffers, size: number): void {
  const taken = buffers.take(size).fill(MARK);
  buffers.giveBack(taken.buffer as ArrayBuffer);
}

/** Memory is told by what was left in it. */
function isUsedAgain(buffers: AnswerBuffers, size: number): boolean {
  return buffers.take(size)[size - 1] === MARK;
}

describe("buffers for answers", () => {
  it("what is given back is used for the next of about its size", () => {
    const buffers = new AnswerBuffers();
    givenBack(buffers, 200_000);
    expect(isUsedAgain(buffers, 180_000)).toBe(true);
  });

  it("not for one that needs more, nor for one that needs far less", () => {
    const buffers = new AnswerBuffers();
    givenBack(buffers, 400_000);
    expect(buffers.take(70_000).buffer.byteLength).toBe(131_072);
    expect(buffers.take(500_000).buffer.byteLength).toBeGreaterThanOrEqual(500_000);
    expect(isUsedAgain(buffers, 400_000)).toBe(true);
  });

  it("is given to one at a time", () => {
    const buffers = new AnswerBuffers();
    givenBack(buffers, 200_000);
    const [one, other] = [buffers.take(200_000), buffers.take(200_000)];
    expect(one.buffer).not.toBe(other.buffer);
  });

  it("is as large as was asked for, and of its own", () => {
    const buffers = new AnswerBuffers();
    for (const size of [1, 65_535, 65_536, 65_537, 1_000_000]) expect(buffers.take(size)).toHaveLength(size);
    expect(buffers.take(100).buffer.byteLength).toBe(100);
  });

  it("no more than 64 MiB is kept", () => {
    const buffers = new AnswerBuffers();
    const taken = Array.from({ length: 9 }, () => buffers.take(10_000_000));
    for (const each of taken) buffers.giveBack(each.buffer as ArrayBuffer);
    const one = Math.ceil(10_000_000 / 65_536) * 65_536;
    expect(buffers.keptBytes).toBe(6 * one);
    buffers.take(10_000_000);
    expect(buffers.keptBytes).toBe(5 * one);
  });
});
