// A judge looks at the evidence from outside, and has its complaints. None: all is well.

import type { Evidence } from "../world.ts";

export type Judge = (evidence: Evidence) => readonly string[];
