import { inTheProcess, overHttp1, overHttp2 } from "./engines/local-kinesis.ts";
import { conformanceOf } from "./run.ts";

conformanceOf(inTheProcess);
conformanceOf(overHttp1);
conformanceOf(overHttp2, ({ transport }) => transport === "matters");
