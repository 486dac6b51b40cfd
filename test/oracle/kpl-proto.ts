// The published contract as protobufjs reads it: the tests' second opinion, never loaded at run time.

import { readFileSync } from "node:fs";
import protobuf from "protobufjs";

const source = readFileSync(new URL("../../proto/kpl.proto", import.meta.url), "utf8");

// keepCase: the oracle speaks the contract's own field names.
const { root } = protobuf.parse(source, { keepCase: true });
// Until then no field knows that it is required.
root.resolveAll();

export const aggregatedRecordType: protobuf.Type = root.lookupType("AggregatedRecord");
