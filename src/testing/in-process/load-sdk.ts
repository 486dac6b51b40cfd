// The AWS SDK is an optional peer, loaded on first use. `require` does it at once, where `import()` would make everyone
// wait who only wants a client; under Node both give the same module, so classes are the caller's own.

import { createRequire } from "node:module";
import { MissingPeerError } from "../../kinesis/index.ts";

export type KinesisSdk = typeof import("@aws-sdk/client-kinesis");

const PACKAGE = "@aws-sdk/client-kinesis";
const load: NodeJS.Require = createRequire(import.meta.url);

/** @throws `KPL_KIT_MISSING_PEER` */
export function loadKinesisSdk(): KinesisSdk {
  try {
    return load(PACKAGE) as KinesisSdk;
  } catch (error) {
    // Anything else, a package missing inside the SDK among it, is not cured by installing it.
    const isMissing = error instanceof Error && error.message.startsWith(`Cannot find module '${PACKAGE}'`);
    throw isMissing ? new MissingPeerError(PACKAGE, error) : error;
  }
}

/**
 * A client is made without the SDK's warning of old Node versions: it talks to no AWS. The SDK warns once in a process,
 * and still does so for the first real client.
 */
export function withoutVersionWarning<Made>(make: () => Made): Made {
  const state = warningState();
  if (!state || state.warningEmitted) return make();
  state.warningEmitted = true;
  try {
    return make();
  } finally {
    state.warningEmitted = false;
  }
}

/** The SDK's own. Undefined where its insides are arranged otherwise: then it warns, and no more. */
function warningState(): { warningEmitted: boolean } | undefined {
  try {
    const core = createRequire(load.resolve(PACKAGE))("@aws-sdk/core/client") as { state?: unknown };
    const { state } = core;
    const isKnown = typeof state === "object" && state !== null && "warningEmitted" in state;
    return isKnown ? (state as { warningEmitted: boolean }) : undefined;
  } catch {
    return undefined;
  }
}
