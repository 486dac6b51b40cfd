// The module of lanes.wat.mjs and its memory.

import { platform } from "../platform.ts";
import { LANES_MODULE } from "./lanes-module.ts";
import { SINES } from "./portable.ts";

export const LANES = 8;
export const BLOCK = 64;

// The layout of lanes.wat.mjs, in words.
export const STATES = 128;
const SINES_AT = 160;
export const POINTERS = 224;
/** Behind the module's own, in bytes. */
export const WINDOWS = 1024;

/** 192 KiB, and never more: what a lane has of its message lies in a window of it. */
export interface LaneMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Takes the blocks of every lane, from `from` to `to` bytes behind its pointer, into its state. */
  readonly run: (from: number, to: number) => void;
  /**
   * Lays eight texts of 55 bytes at most, which lie one behind the other from `at`, into blocks of their own from `WINDOWS`
   * on, padded; returns where they end. Their lengths are bytes.
   */
  readonly lay: (at: number, lengths: number) => number;
}

/** @throws whatever the platform does where it has no WebAssembly with SIMD, or refuses to compile. */
export function laneMemory(): LaneMemory {
  const { Instance, Module } = platform.WebAssembly!; // or a TypeError
  const binary = Uint8Array.from(LANES_MODULE.match(/../g)!, (byte) => Number.parseInt(byte, 16)); // not empty
  const { lay, memory, run } = new Instance(new Module(binary)).exports;
  const words = new Int32Array(memory.buffer);
  words.set(SINES, SINES_AT);
  for (let i = 48; i < 64; i++) words[SINES_AT + i]!--; // of 64
  return { bytes: new Uint8Array(memory.buffer), words, run, lay };
}

/** Of the first set the first lane's, in front of the three others'. */
export function stateOf(lane: number): number {
  return STATES + (lane & 4) * 4 + (lane & 3);
}
