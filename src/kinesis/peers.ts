// The AWS SDK: an optional peer, loaded on first use. Its inner packages are those that the client itself uses, wherever
// a package manager has put them; so a client is all that has to be installed.

import { createRequire } from "node:module";
import { MissingPeerError } from "./missing-peer-error.ts";

export interface Peers {
  readonly client: typeof import("@aws-sdk/client-kinesis");
  readonly protocols: Pick<typeof import("@aws-sdk/core/protocols"), "AwsJson1_1Protocol">;
  readonly handlers: Pick<typeof import("@smithy/node-http-handler"), "NodeHttpHandler" | "NodeHttp2Handler">;
}

const CLIENT = "@aws-sdk/client-kinesis";
const require: NodeJS.Require = createRequire(import.meta.url);
let loaded: Peers | undefined;

/** @throws `KPL_KIT_MISSING_PEER` */
export function loadPeers(): Peers {
  loaded ??= load();
  return loaded;
}

function load(): Peers {
  let client: Peers["client"];
  try {
    client = require(CLIENT) as Peers["client"];
  } catch (error) {
    // Anything else, a package missing inside the SDK among it, is not cured by installing it.
    const isMissing = error instanceof Error && error.message.startsWith(`Cannot find module '${CLIENT}'`);
    throw isMissing ? new MissingPeerError(CLIENT, error) : error;
  }
  const requireBeside = createRequire(require.resolve(CLIENT));
  return {
    client,
    protocols: requireBeside("@aws-sdk/core/protocols") as Peers["protocols"],
    handlers: requireBeside("@smithy/node-http-handler") as Peers["handlers"],
  };
}
