// Tags, by the calls for streams and by those for any resource; and resource policies.

import {
  AddTagsToStreamCommand,
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutResourcePolicyCommand,
  RemoveTagsFromStreamCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-kinesis";
import { type Context, STREAM } from "../context.ts";
import type { Observation } from "../observation.ts";
import { isRefused, outcomeOf } from "../outcome.ts";
import type { Scenario } from "../scenario.ts";
import { reference, silent } from "../sources.ts";

const ARN_OF_NONE = "arn:aws:kinesis:us-east-1:000000000000:stream/none";

function plain(tags: readonly Tag[] = []): Observation {
  return Object.fromEntries(tags.map(({ Key = "", Value }) => [Key, Value]));
}

function add(context: Context, Tags: Record<string, string>): Promise<unknown> {
  return context.kinesis.send(new AddTagsToStreamCommand({ StreamName: STREAM, Tags }));
}

async function tagsOf({ kinesis }: Context): Promise<Observation> {
  return plain((await kinesis.send(new ListTagsForStreamCommand({ StreamName: STREAM }))).Tags);
}

async function tagsOfResource({ kinesis }: Context, ResourceARN: string | undefined): Promise<Observation> {
  return plain((await kinesis.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags);
}

function numbered(from: number, count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${from + n}`, "value"]));
}

function policyOn(arn: string | undefined): string {
  const Principal = { AWS: "123456789012" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: ["kinesis:PutRecord"], Resource: arn }],
  });
}

export const tags: readonly Scenario[] = [
  {
    call: "AddTagsToStream",
    rule: "it adds tags, and overwrites those of the same key",
    source: reference("AddTagsToStream"),
    aws: { team: "orders", stage: "test", empty: "" },
    run: async (context) => {
      await context.createStream();
      await add(context, { team: "payments", stage: "test" });
      await add(context, { team: "orders", empty: "" });
      return tagsOf(context);
    },
  },
  {
    call: "AddTagsToStream",
    rule: "a stream has 50 tags at most",
    source: reference("AddTagsToStream"),
    aws: { 50: "accepted", "one more": "refused" },
    run: async (context) => {
      await context.createStream();
      for (let tens = 0; tens < 40; tens += 10) await add(context, numbered(tens, 10));
      return {
        50: await isRefused(add(context, numbered(40, 10))),
        "one more": await isRefused(add(context, numbered(50, 1))),
      };
    },
  },
  {
    call: "AddTagsToStream",
    rule: "50 tags may be added by one call",
    source: reference("AddTagsToStream"),
    aws: "accepted",
    run: async (context) => {
      await context.createStream();
      return isRefused(add(context, numbered(0, 50)));
    },
  },
  {
    call: "AddTagsToStream",
    rule: "a key has 1 to 128 characters, a value up to 256",
    source: reference("Tag"),
    aws: {
      "key of 128": "accepted",
      "key of 129": "refused",
      "value of 256": "accepted",
      "value of 257": "refused",
    },
    run: async (context) => {
      await context.createStream();
      return {
        "key of 128": await isRefused(add(context, { ["k".repeat(128)]: "v" })),
        "key of 129": await isRefused(add(context, { ["k".repeat(129)]: "v" })),
        "value of 256": await isRefused(add(context, { k: "v".repeat(256) })),
        "value of 257": await isRefused(add(context, { k: "v".repeat(257) })),
      };
    },
  },
  {
    call: "AddTagsToStream",
    rule: "a stream that does not exist is not found",
    source: reference("AddTagsToStream"),
    aws: "ResourceNotFoundException",
    run: (context) => outcomeOf(add(context, { team: "orders" })),
  },
  {
    call: "ListTagsForStream",
    rule: "Limit and ExclusiveStartTagKey page through the tags; HasMoreTags tells whether there are more",
    source: reference("ListTagsForStream"),
    aws: { pages: 3, tags: numbered(0, 5) },
    run: async (context) => {
      await context.createStream();
      await add(context, numbered(0, 5));
      const seen: Tag[] = [];
      let pages = 0;
      let ExclusiveStartTagKey: string | undefined;
      do {
        const page = await context.kinesis.send(
          new ListTagsForStreamCommand({ StreamName: STREAM, Limit: 2, ExclusiveStartTagKey }),
        );
        seen.push(...(page.Tags ?? []));
        pages++;
        ExclusiveStartTagKey = page.HasMoreTags ? page.Tags?.at(-1)?.Key : undefined;
      } while (ExclusiveStartTagKey && pages < 6);
      return { pages, tags: plain(seen) };
    },
  },
  {
    call: "RemoveTagsFromStream",
    rule: "it removes tags, and ignores those that are not there",
    source: reference("RemoveTagsFromStream"),
    aws: { stage: "test" },
    run: async (context) => {
      await context.createStream();
      await add(context, { team: "payments", stage: "test" });
      const TagKeys = ["team", "none"];
      await context.kinesis.send(new RemoveTagsFromStreamCommand({ StreamName: STREAM, TagKeys }));
      return tagsOf(context);
    },
  },
  {
    call: "TagResource",
    rule: "a stream has the same tags by its ARN as by its name",
    source: reference("TagResource"),
    uses: ["ListTagsForResource"],
    aws: { byName: { team: "payments", stage: "test" }, byArn: { team: "payments", stage: "test" } },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      await add(context, { team: "orders", stage: "test" });
      await context.kinesis.send(new TagResourceCommand({ ResourceARN: StreamARN, Tags: { team: "payments" } }));
      return { byName: await tagsOf(context), byArn: await tagsOfResource(context, StreamARN) };
    },
  },
  {
    call: "TagResource",
    rule: "a consumer has tags too, with RegisterStreamConsumer or after",
    source: reference("TagResource"),
    uses: ["RegisterStreamConsumer", "ListTagsForResource"],
    aws: { team: "payments" },
    run: async (context) => {
      await context.createStream();
      const ResourceARN = await context.registerConsumer("billing");
      await context.kinesis.send(new TagResourceCommand({ ResourceARN, Tags: { team: "payments" } }));
      return tagsOfResource(context, ResourceARN);
    },
  },
  {
    call: "ListTagsForResource",
    rule: "an ARN of no resource is not found",
    source: reference("ListTagsForResource"),
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) => outcomeOf(kinesis.send(new ListTagsForResourceCommand({ ResourceARN: ARN_OF_NONE }))),
  },
  {
    call: "UntagResource",
    rule: "it removes the tags of these keys",
    source: reference("UntagResource"),
    uses: ["ListTagsForResource"],
    aws: { stage: "test" },
    run: async (context) => {
      const { StreamARN } = await context.createStream();
      await add(context, { team: "payments", stage: "test" });
      await context.kinesis.send(new UntagResourceCommand({ ResourceARN: StreamARN, TagKeys: ["team"] }));
      return tagsOfResource(context, StreamARN);
    },
  },
  {
    call: "PutResourcePolicy",
    rule: "GetResourcePolicy gives back the policy that was put",
    source: reference("GetResourcePolicy"),
    uses: ["GetResourcePolicy"],
    aws: "the same",
    run: async (context) => {
      const { StreamARN: ResourceARN } = await context.createStream();
      const put = policyOn(ResourceARN);
      await context.kinesis.send(new PutResourcePolicyCommand({ ResourceARN, Policy: put }));
      const { Policy = "{}" } = await context.kinesis.send(new GetResourcePolicyCommand({ ResourceARN }));
      return JSON.stringify(JSON.parse(Policy)) === put ? "the same" : Policy;
    },
  },
  {
    call: "PutResourcePolicy",
    rule: "what is no JSON is refused",
    source: reference("PutResourcePolicy"),
    aws: "refused",
    run: async (context) => {
      const { StreamARN: ResourceARN } = await context.createStream();
      return isRefused(context.kinesis.send(new PutResourcePolicyCommand({ ResourceARN, Policy: "allow all" })));
    },
  },
  {
    call: "GetResourcePolicy",
    rule: "an ARN of no resource is not found",
    source: reference("GetResourcePolicy"),
    aws: "ResourceNotFoundException",
    run: async ({ kinesis }) => outcomeOf(kinesis.send(new GetResourcePolicyCommand({ ResourceARN: ARN_OF_NONE }))),
  },
  {
    call: "DeleteResourcePolicy",
    rule: "a deleted policy is not found any more",
    source: silent("the reference names ResourceNotFoundException, and no other answer for this"),
    uses: ["GetResourcePolicy", "PutResourcePolicy"],
    aws: { deleted: "accepted", afterwards: "ResourceNotFoundException" },
    run: async (context) => {
      const { StreamARN: ResourceARN } = await context.createStream();
      const put = new PutResourcePolicyCommand({ ResourceARN, Policy: policyOn(ResourceARN) });
      await context.kinesis.send(put);
      const deleted = await outcomeOf(context.kinesis.send(new DeleteResourcePolicyCommand({ ResourceARN })));
      const afterwards = await outcomeOf(context.kinesis.send(new GetResourcePolicyCommand({ ResourceARN })));
      return { deleted, afterwards };
    },
  },
];
