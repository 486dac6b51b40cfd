// The AWS SDKs that the client is tried on: the newest and the oldest that package.json allows, each with the inner packages
// that it uses itself. One a process: two that share @smithy/core also share its registry of exceptions, and the second to
// come is not in it.
//
// The oldest has the inner packages that npm gives it today. For those of its own time:
//
//   KINESIS_SDK=/a/project/from/then npx vitest run test/kinesis

import { createRequire } from "node:module";
import type { Peers } from "../../src/kinesis/index.ts";

export interface Sdk {
  readonly name: string;
  readonly peers: Peers;
}

const CLIENT = "@aws-sdk/client-kinesis";

export function newestSdk(): Sdk {
  return sdkOf(CLIENT, import.meta.url);
}

export function oldestSdk(): Sdk {
  const given = process.env["KINESIS_SDK"];
  return given === undefined ? sdkOf("kinesis-sdk-oldest", import.meta.url) : sdkOf(CLIENT, `${given}/package.json`);
}

function sdkOf(packageName: string, base: string): Sdk {
  const require = createRequire(base);
  const entry = require.resolve(packageName);
  const requireBeside = createRequire(entry);
  const { version } = requireBeside("../package.json") as { readonly version: string };
  return {
    name: `client-kinesis ${version}`,
    peers: {
      client: require(packageName) as Peers["client"],
      protocols: requireBeside("@aws-sdk/core/protocols") as Peers["protocols"],
      handlers: requireBeside("@smithy/node-http-handler") as Peers["handlers"],
    },
  };
}
