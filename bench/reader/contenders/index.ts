// Every process loads them all, whichever it is for: real programs have more loaded than what they read with.

import { type ContenderName, LIFION, OURS, OURS_BY_RECORD, OURS_REUSING_PAGES, SDK_WITH_AGG } from "../names.ts";
import type { Contender } from "./contender.ts";
import { lifionKinesis } from "./lifion-kinesis.ts";
import { sdkWithAgg } from "./sdk-with-agg.ts";
import { byLoop, byRecord } from "./stream-reader.ts";

export type { Place } from "./contender.ts";

export const CONTENDERS: Readonly<Record<ContenderName, Contender>> = {
  [SDK_WITH_AGG]: { data: "base64", read: sdkWithAgg },
  [LIFION]: { data: "bytes", read: lifionKinesis },
  [OURS_BY_RECORD]: { data: "bytes", read: byRecord },
  [OURS_REUSING_PAGES]: { data: "bytes", read: byLoop({ reusePages: true }) },
  [OURS]: { data: "bytes", read: byLoop() },
};
