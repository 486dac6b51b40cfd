// AWS's documents, by what they are about. Most of their text is also in the doc comments of the AWS SDK's types.

import type { Source } from "./scenario.ts";

const REFERENCE = "https://docs.aws.amazon.com/kinesis/latest/APIReference";
const GUIDE = "https://docs.aws.amazon.com/streams/latest/dev";

/** Of a call or of a type. */
export function reference(name: string): Source {
  return { title: name, url: `${REFERENCE}/API_${name}.html` };
}

export const quotas: Source = { title: "Quotas and limits", url: `${GUIDE}/service-sizes-and-limits.html` };

export const afterReshard: Source = {
  title: "Complete the resharding action",
  url: `${GUIDE}/kinesis-using-sdk-java-after-resharding.html`,
};

export const addingData: Source = {
  title: "Write data with the API",
  url: `${GUIDE}/developing-producers-with-sdk.html`,
};

/** No document says it: who relies on it, or who has seen the service do it. */
export function silent(who: string): Source {
  return { title: who };
}
