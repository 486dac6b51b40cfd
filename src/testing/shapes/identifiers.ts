// Names, ARNs and keys: the shapes that many calls share. Limits and patterns are the service model's.

import { type StringShape, text } from "./shape.ts";

const NAME = "[a-zA-Z0-9_.-]+";

export const STREAM_NAME: StringShape = text({ min: 1, max: 128, pattern: NAME });
export const STREAM_ARN: StringShape = text({
  min: 1,
  max: 2048,
  pattern: String.raw`arn:aws.*:kinesis:.*:\d{12}:stream/\S+`,
});
/** "Not Implemented. Reserved for future use.": taken and never looked at. */
export const STREAM_ID: StringShape = text({ min: 1, max: 24, pattern: "[a-z0-9]{20}-[a-z0-9]{3}" });
/** Of a stream or a consumer. */
export const RESOURCE_ARN: StringShape = text({
  min: 1,
  max: 2048,
  pattern: String.raw`arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+`,
});
export const CONSUMER_ARN: StringShape = text({
  min: 1,
  max: 2048,
  pattern: String.raw`^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`,
});
export const CONSUMER_NAME: StringShape = text({ min: 1, max: 128, pattern: NAME });
export const SHARD_ID: StringShape = text({ min: 1, max: 128, pattern: NAME });
export const HASH_KEY: StringShape = text({ pattern: String.raw`0|([1-9]\d{0,38})` });
export const SEQUENCE_NUMBER: StringShape = text({ pattern: String.raw`0|([1-9]\d{0,128})` });
export const NEXT_TOKEN: StringShape = text({ min: 1, max: 1_048_576 });
