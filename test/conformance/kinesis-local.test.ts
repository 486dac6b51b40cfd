import { kinesisLocal } from "./engines/kinesis-local.ts";
import { conformanceOf } from "./run.ts";

conformanceOf(kinesisLocal);
