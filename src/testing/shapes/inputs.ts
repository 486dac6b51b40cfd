// The shape of every call's request.

import type { ActionName } from "../action.ts";
import { CONSUMER_INPUTS } from "./consumers.ts";
import { RECORD_INPUTS } from "./records.ts";
import { SETTING_INPUTS } from "./settings.ts";
import type { ShapesOf } from "./shape.ts";
import { SHARD_INPUTS } from "./shards.ts";
import { STREAM_INPUTS } from "./streams.ts";
import { TAG_INPUTS } from "./tags.ts";

/** A call without its shape doesn't compile. */
export const INPUT_SHAPES: ShapesOf<ActionName> = {
  ...CONSUMER_INPUTS,
  ...RECORD_INPUTS,
  ...SETTING_INPUTS,
  ...SHARD_INPUTS,
  ...STREAM_INPUTS,
  ...TAG_INPUTS,
};
