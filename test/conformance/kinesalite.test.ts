import { kinesaliteEngine } from "./engines/kinesalite.ts";
import { conformanceOf } from "./run.ts";

conformanceOf(kinesaliteEngine);
