// Calls about tags, by stream or by the ARN of a stream or consumer.

import type {
  AddTagsToStreamInput,
  ListTagsForResourceInput,
  ListTagsForStreamInput,
  RemoveTagsFromStreamInput,
  TagResourceInput,
  UntagResourceInput,
} from "@aws-sdk/client-kinesis";
import { RESOURCE_ARN, STREAM_ARN, STREAM_ID, STREAM_NAME } from "./identifiers.ts";
import { integer, type ListShape, listOf, type MapShape, type ShapesOf, structure, text } from "./shape.ts";

const TAG_KEY = text({ min: 1, max: 128 });
const TAG_KEYS: ListShape<string> = listOf<string>(TAG_KEY, { min: 1, max: 50 });

export const TAG_MAP: MapShape = {
  type: "map",
  min: 1,
  max: 200,
  key: TAG_KEY,
  value: text({ min: 0, max: 256 }),
};

export const TAG_INPUTS: ShapesOf<
  | "AddTagsToStream"
  | "ListTagsForResource"
  | "ListTagsForStream"
  | "RemoveTagsFromStream"
  | "TagResource"
  | "UntagResource"
> = {
  AddTagsToStream: structure<AddTagsToStreamInput>(
    { Tags: TAG_MAP, StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["Tags"],
  ),
  ListTagsForResource: structure<ListTagsForResourceInput>({ ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID }, [
    "ResourceARN",
  ]),
  ListTagsForStream: structure<ListTagsForStreamInput>({
    ExclusiveStartTagKey: TAG_KEY,
    Limit: integer({ min: 1, max: 50 }),
    StreamName: STREAM_NAME,
    StreamARN: STREAM_ARN,
    StreamId: STREAM_ID,
  }),
  RemoveTagsFromStream: structure<RemoveTagsFromStreamInput>(
    { TagKeys: TAG_KEYS, StreamName: STREAM_NAME, StreamARN: STREAM_ARN, StreamId: STREAM_ID },
    ["TagKeys"],
  ),
  TagResource: structure<TagResourceInput>({ Tags: TAG_MAP, ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID }, [
    "Tags",
    "ResourceARN",
  ]),
  UntagResource: structure<UntagResourceInput>({ TagKeys: TAG_KEYS, ResourceARN: RESOURCE_ARN, StreamId: STREAM_ID }, [
    "TagKeys",
    "ResourceARN",
  ]),
};
