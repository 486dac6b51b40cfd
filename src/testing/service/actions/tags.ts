// Tags, of a stream by its name and of any resource by its ARN: AddTagsToStream, RemoveTagsFromStream, ListTagsForStream,
// TagResource, UntagResource, ListTagsForResource.

import type { Tag } from "@aws-sdk/client-kinesis";
import type { InputOf, Nothing, OutputOf } from "../../action.ts";
import type { Account } from "../account.ts";
import { activeResourceOf, type Resource, resourceOf } from "./resource.ts";
import { activeStreamOf } from "./settings-change.ts";
import { requireTags, requireTagText, type Tags } from "./tag-rules.ts";

const MOST_LISTED = 50;

export function addTagsToStream(account: Account, input: InputOf<"AddTagsToStream">): Nothing {
  account.admit("AddTagsToStream", 5);
  return add(account, activeStreamOf(account, input), input.Tags);
}

export function tagResource(account: Account, input: InputOf<"TagResource">): Nothing {
  account.admit("TagResource", 5);
  return add(account, activeResourceOf(account, input.ResourceARN), input.Tags);
}

export function removeTagsFromStream(account: Account, input: InputOf<"RemoveTagsFromStream">): Nothing {
  account.admit("RemoveTagsFromStream", 5);
  return remove(activeStreamOf(account, input), input.TagKeys);
}

export function untagResource(account: Account, input: InputOf<"UntagResource">): Nothing {
  account.admit("UntagResource", 5);
  return remove(activeResourceOf(account, input.ResourceARN), input.TagKeys);
}

export function listTagsForStream(
  account: Account,
  input: InputOf<"ListTagsForStream">,
): OutputOf<"ListTagsForStream"> {
  const { ExclusiveStartTagKey: after = "", Limit = MOST_LISTED } = input;
  account.admit("ListTagsForStream", 5);
  const listed = tagsOf(account.streamOf(input)).filter(({ Key = "" }) => Key > after);
  const page = listed.slice(0, Limit);
  return { Tags: page, HasMoreTags: page.length < listed.length };
}

export function listTagsForResource(
  account: Account,
  input: InputOf<"ListTagsForResource">,
): OutputOf<"ListTagsForResource"> {
  account.admit("ListTagsForResource", 5);
  return { Tags: tagsOf(resourceOf(account, input.ResourceARN)) };
}

function add(account: Account, { arn, tags }: Resource, added: Tags = {}): Nothing {
  requireTags(account, arn, added, tags);
  for (const [key, value] of Object.entries(added)) tags.set(key, value);
  return {};
}

function remove({ tags }: Resource, keys: readonly string[] = []): Nothing {
  requireTagText(keys);
  for (const key of keys) tags.delete(key);
  return {};
}

/** In the order of their keys, by code unit: the same on every machine. */
function tagsOf({ tags }: Resource): Tag[] {
  return [...tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }));
}
