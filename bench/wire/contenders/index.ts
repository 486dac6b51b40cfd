// All contenders. The first is the one that the others are held against.

import type { Contender } from "./contender.ts";

export type { Answer, Connection, Contender } from "./contender.ts";

export const AS_SHIPPED = "SDK as shipped";
export const OURS = "kpl-kit";

const JSON_1_1 = "application/x-amz-json-1.1";
const CBOR_1_1 = "application/x-amz-cbor-1.1";

export const CONTENDERS: readonly Contender[] = [
  {
    name: AS_SHIPPED,
    speaks: `HTTP/2.0 ${JSON_1_1}`,
    connect: async (...call) => (await import("./sdk.ts")).asShipped(...call),
  },
  {
    name: "SDK, NodeHttpHandler",
    speaks: `HTTP/1.1 ${JSON_1_1}`,
    connect: async (...call) => (await import("./sdk.ts")).overHttp1(...call),
  },
  {
    name: "kpl-kit, JSON",
    speaks: `HTTP/1.1 ${JSON_1_1}`,
    connect: async (...call) => (await import("./kpl-kit.ts")).kplKit({ encoding: "json" }, ...call),
  },
  {
    name: "kpl-kit, fresh buffers",
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: async (...call) => (await import("./kpl-kit.ts")).kplKit({ reuseBodyBuffers: false }, ...call),
  },
  {
    name: OURS,
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: async (...call) => (await import("./kpl-kit.ts")).kplKit({}, ...call),
  },
  {
    name: "by hand",
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: async (...call) => (await import("./by-hand.ts")).byHand(...call),
  },
];
