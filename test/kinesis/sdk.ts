// The AWS SDKs that the client is tried on: the newest and the oldest that package.json allows, each with the inner packages
// that it uses itself. The oldest comes with the inner packages that npm gives it today; KINESIS_SDK=<folder> tries the one
// in that folder's node_modules as well, with whatever is installed beside it:
//
//   KINESIS_SDK=/some/old/project npx vitest run test/kinesis

import { createRequire } from "node:module";
import type { Peers } from "../../src/kinesis/index.ts";

export interface Sdk {
  readonly name: string;
  readonly peers: Peers;
}

function sdkOf(packageName: string, base: string): Sdk {
  const require = createRequire(base);
  const client = require(packageName) as Peers["client"];
  const entry = require.resolve(packageName);
  const requireBeside = createRequire(entry);
  return {
    name: `client-kinesis ${versionOf(entry)}`,
    peers: {
      client,
      protocols: requireBeside("@aws-sdk/core/protocols") as Peers["protocols"],
      handlers: requireBeside("@smithy/node-http-handler") as Peers["handlers"],
    },
  };
}

function versionOf(entry: string): string {
  const manifest = createRequire(entry)("../package.json") as { readonly version: string };
  return manifest.version;
}

const CLIENT = "@aws-sdk/client-kinesis";
const given = process.env["KINESIS_SDK"];

export const NEWEST: Sdk = sdkOf(CLIENT, import.meta.url);
export const OLDEST: Sdk = sdkOf("kinesis-sdk-oldest", import.meta.url);
export const SDKS: readonly Sdk[] = [
  NEWEST,
  OLDEST,
  ...(given === undefined ? [] : [sdkOf(CLIENT, `${given}/package.json`)]),
];
