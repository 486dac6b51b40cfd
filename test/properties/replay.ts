// A failure prints its seed; SEED=… runs the same histories again.

import { fc } from "@fast-check/vitest";

const given = process.env["SEED"];

export const seed: number = given === undefined ? (Math.random() * 0x7fff_ffff) | 0 : Number(given);
if (given !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
