import type * as codec from "../../src/codec/index.ts";

export declare function roundTrip(door: typeof codec): string;
