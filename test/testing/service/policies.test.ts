// Resource policies of streams and consumers.

import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-kinesis";
import { expect, it } from "vitest";
import { arnOf, CHANGE_MS, open, outcome, registerConsumer, STREAM_ARN } from "./control-plane.ts";

const STATEMENT = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "kinesis:PutRecord" };
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [STATEMENT] });

it("a policy is given back as it was put, and gone once it is deleted", async () => {
  const { client } = open();
  const get = () => client.send(new GetResourcePolicyCommand({ ResourceARN: STREAM_ARN }));
  const NONE = `ResourceNotFoundException: No resource policy found for resource ARN ${STREAM_ARN}.`;
  expect(await outcome(get())).toBe(NONE);
  await client.send(new PutResourcePolicyCommand({ ResourceARN: STREAM_ARN, Policy: POLICY }));
  expect((await get()).Policy).toBe(POLICY);
  const remove = () => outcome(client.send(new DeleteResourcePolicyCommand({ ResourceARN: STREAM_ARN })));
  expect(await remove()).toBe("accepted");
  expect(await outcome(get())).toBe(NONE);
  expect(await remove()).toBe(NONE);
});

it("a consumer has its own, once it is ACTIVE", async () => {
  const plane = open();
  const ResourceARN = await registerConsumer(plane, "billing");
  const put = () => outcome(plane.client.send(new PutResourcePolicyCommand({ ResourceARN, Policy: POLICY })));
  expect(await put()).toMatch(/^ResourceInUseException: Consumer billing /);
  await plane.clock.advance(CHANGE_MS);
  expect(await put()).toBe("accepted");
  expect((await plane.client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy).toBe(POLICY);
  expect(await outcome(plane.client.send(new GetResourcePolicyCommand({ ResourceARN: STREAM_ARN })))).toMatch(
    /^Resource/,
  );
});

it.each([
  ["no JSON", "allow all"],
  ["no object", "[]"],
  ["null", "null"],
  ["no statement", "{}"],
  ["no statements", '{"Statement": []}'],
  ["no principal", JSON.stringify({ Statement: [STATEMENT, { ...STATEMENT, Principal: undefined }] })],
  ["no action", JSON.stringify({ Statement: { ...STATEMENT, Action: undefined } })],
  ["a statement that is none", '{"Statement": "Allow"}'],
])("a policy with %s is refused", async (_what, Policy) => {
  const { client } = open();
  const put = client.send(new PutResourcePolicyCommand({ ResourceARN: STREAM_ARN, Policy }));
  expect(await outcome(put)).toMatch(/^InvalidArgumentException: /);
  expect(await outcome(client.send(new GetResourcePolicyCommand({ ResourceARN: STREAM_ARN })))).toMatch(
    /^ResourceNotFoundException: /,
  );
});

it("one statement need not be a list", async () => {
  const { client } = open();
  const Policy = JSON.stringify({ Statement: STATEMENT });
  expect(await outcome(client.send(new PutResourcePolicyCommand({ ResourceARN: STREAM_ARN, Policy })))).toBe(
    "accepted",
  );
});

it("an ARN of no resource is not found", async () => {
  const { client } = open();
  const put = client.send(new PutResourcePolicyCommand({ ResourceARN: arnOf("none"), Policy: POLICY }));
  expect(await outcome(put)).toBe("ResourceNotFoundException: Stream none under account 000000000000 not found.");
});
