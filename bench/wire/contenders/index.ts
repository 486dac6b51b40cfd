// All contenders, the first of which the others are held against. Every process loads them all, whichever it is for: how often
// V8 collects a page that is read depends on how much else is there, and real programs have the SDK there.

import { byHand } from "./by-hand.ts";
import type { Contender } from "./contender.ts";
import { kplKit } from "./kpl-kit.ts";
import { asShipped, overHttp1 } from "./sdk.ts";

export type { Answer, Connection, Contender } from "./contender.ts";

export const AS_SHIPPED = "SDK as shipped";
export const OURS = "kpl-kit";

const JSON_1_1 = "application/x-amz-json-1.1";
const CBOR_1_1 = "application/x-amz-cbor-1.1";

export const CONTENDERS: readonly Contender[] = [
  {
    name: AS_SHIPPED,
    speaks: `HTTP/2.0 ${JSON_1_1}`,
    connect: asShipped,
  },
  {
    name: "SDK, NodeHttpHandler",
    speaks: `HTTP/1.1 ${JSON_1_1}`,
    connect: overHttp1,
  },
  {
    name: "kpl-kit, JSON",
    speaks: `HTTP/1.1 ${JSON_1_1}`,
    connect: kplKit({ encoding: "json" }),
  },
  {
    name: "kpl-kit, fresh buffers",
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: kplKit({ reuseBodyBuffers: false }),
  },
  {
    name: OURS,
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: kplKit({}),
  },
  {
    name: "by hand",
    speaks: `HTTP/1.1 ${CBOR_1_1}`,
    connect: byHand,
  },
];
