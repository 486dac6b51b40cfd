// The rows that a browser measures, if there is one.

import { findChromium } from "../../chromium.ts";
import { type Md5Row, rowOf } from "../results.ts";
import { replyOf, versionOf } from "./browser.ts";
import type { PageSettings } from "./page.ts";
import { CHROMIUM } from "./tasks.ts";

export { CHROMIUM_TASKS } from "./tasks.ts";

export interface InChromium {
  /** Which it was, or why there was none. */
  readonly chromium: string;
  readonly rows: readonly Md5Row[];
}

export async function measureInChromium(settings: PageSettings): Promise<InChromium> {
  if (settings.names.length === 0) return { chromium: "not asked for", rows: [] };
  const path = findChromium();
  if (path === undefined) return { chromium: "skipped: none in PATH", rows: [] };
  try {
    const chromium = await versionOf(path);
    const { rows } = await replyOf(path, settings);
    return { chromium, rows: rows.map(({ name, times, ...load }) => rowOf(CHROMIUM, name, load, new Map(times))) };
  } catch (error) {
    // The other rows are worth keeping, and its bar is then not met.
    return { chromium: `skipped: ${error instanceof Error ? error.message : String(error)}`, rows: [] };
  }
}
