// The codec as a web page loads it.

import { browserBundle } from "../../bench/chromium.ts";

export function codecBundle(): string {
  return browserBundle(new URL("../../src/codec/index.ts", import.meta.url));
}
