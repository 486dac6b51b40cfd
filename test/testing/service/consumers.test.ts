// RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers, DeregisterStreamConsumer.

import { describe, expect, it } from "vitest";
import { refusalOf } from "../shapes/refusal.ts";
import { Model, STREAM } from "./model.ts";

const register = (model: Model, name: string): string | undefined => refusalOf(() => model.register(name));
const statusOf = (model: Model, name: string): string | undefined =>
  model.perform("DescribeStreamConsumer", { StreamARN: model.arn, ConsumerName: name }).ConsumerDescription
    ?.ConsumerStatus;
const names = (model: Model): (string | undefined)[] =>
  model.perform("ListStreamConsumers", { StreamARN: model.arn }).Consumers!.map(({ ConsumerName }) => ConsumerName);

describe("a consumer", () => {
  it("is CREATING, ACTIVE, DELETING and gone, each in its time", async () => {
    const model = new Model({ transitionMs: 30_000 });
    const arn = model.register("reader");
    expect(statusOf(model, "reader")).toBe("CREATING");
    await model.clock.advance(29_999);
    expect(statusOf(model, "reader")).toBe("CREATING");
    await model.clock.advance(1);
    expect(statusOf(model, "reader")).toBe("ACTIVE");
    model.perform("DeregisterStreamConsumer", { ConsumerARN: arn });
    expect(statusOf(model, "reader")).toBe("DELETING");
    await model.clock.advance(29_999);
    expect(names(model)).toEqual(["reader"]);
    await model.clock.advance(1);
    expect(names(model)).toEqual([]);
    expect(refusalOf(() => statusOf(model, "reader"))).toBe(
      `ResourceNotFoundException: Consumer ${model.arn}/consumer/reader under account 000000000000 not found.`,
    );
  });

  it("is answered as CREATING, however quickly it is made", () => {
    const model = new Model();
    const { Consumer } = model.perform("RegisterStreamConsumer", { StreamARN: model.arn, ConsumerName: "reader" });
    expect(Consumer).toEqual({
      ConsumerName: "reader",
      ConsumerARN: `${model.arn}/consumer/reader:${model.clock.now() / 1_000}`,
      ConsumerStatus: "CREATING",
      ConsumerCreationTimestamp: new Date(model.clock.now()),
    });
    expect(statusOf(model, "reader")).toBe("ACTIVE");
  });

  // "You may also provide all three parameters, as long as they don't conflict with each other."
  it("is named by its ARN, by its stream and name, or by all", () => {
    const model = new Model();
    const [ConsumerARN, other] = [model.register("reader"), model.register("other")];
    const find = (input: object): string | undefined => refusalOf(() => model.perform("DescribeStreamConsumer", input));
    const StreamARN = model.arn;
    expect(find({ ConsumerARN })).toBeUndefined();
    expect(find({ StreamARN, ConsumerName: "reader" })).toBeUndefined();
    expect(find({ StreamARN, ConsumerARN, ConsumerName: "reader" })).toBeUndefined();
    expect(find({ StreamARN, ConsumerARN: other, ConsumerName: "reader" })).toMatch(/^ResourceNotFoundException/);
    expect(find({ StreamARN: `${StreamARN}2`, ConsumerARN })).toMatch(/^ResourceNotFoundException/);
    expect(find({ ConsumerName: "reader" })).toMatch(/^InvalidArgumentException/);
    expect(find({ StreamARN })).toMatch(/^InvalidArgumentException/);
    expect(find({})).toMatch(/^InvalidArgumentException/);
  });

  it("is gone when it was to be, though it was deregistered again meanwhile", async () => {
    const model = new Model({ transitionMs: 1_000 });
    const ConsumerARN = model.register("reader");
    model.perform("DeregisterStreamConsumer", { ConsumerARN });
    await model.clock.advance(999);
    model.perform("DeregisterStreamConsumer", { ConsumerARN });
    await model.clock.advance(1);
    expect(names(model)).toEqual([]);
  });

  it("has an ARN of its own, though its forerunner and their stream were gone within a second", () => {
    const model = new Model();
    const arns = [model.register("reader")];
    model.perform("DeregisterStreamConsumer", { ConsumerARN: arns[0] });
    arns.push(model.register("reader"));
    model.perform("DeleteStream", { StreamName: STREAM, EnforceConsumerDeletion: true });
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 1 });
    arns.push(model.register("reader"));
    expect(new Set(arns).size).toBe(3);
    expect(refusalOf(() => model.subscribe(arns[0]!))).toMatch(/^ResourceNotFoundException/);
    expect(refusalOf(() => model.subscribe(arns[1]!))).toMatch(/^ResourceNotFoundException/);
    expect(refusalOf(() => model.subscribe(arns[2]!))).toBeUndefined();
  });

  it("of the same name can be registered again once it is gone, under another ARN", async () => {
    const model = new Model({ transitionMs: 1_000 });
    const first = model.register("reader");
    model.perform("DeregisterStreamConsumer", { ConsumerARN: first });
    expect(register(model, "reader")).toMatch(/^ResourceInUseException/);
    await model.clock.advance(1_000);
    expect(model.register("reader")).not.toBe(first);
  });
});

describe("RegisterStreamConsumer is refused", () => {
  it("for a name that the stream has", () => {
    const model = new Model();
    model.register("reader");
    expect(register(model, "reader")).toBe(
      "ResourceInUseException: Consumer reader of stream orders under account 000000000000 already exists.",
    );
    // "Consumer names don't have to be unique across data streams."
    model.service.addStream("returns", 1);
    const StreamARN = model.arn.replace(STREAM, "returns");
    expect(
      refusalOf(() => model.perform("RegisterStreamConsumer", { StreamARN, ConsumerName: "reader" })),
    ).toBeUndefined();
  });

  // "With On-demand Standard and Provisioned streams, you can register up to 20 consumers per stream."
  it("beyond 20 of a stream", () => {
    const model = new Model({ limits: { controlCalls: "off" } });
    for (let at = 0; at < 20; at++) expect(register(model, `reader-${at}`)).toBeUndefined();
    expect(register(model, "one-more")).toMatch(/^LimitExceededException: .* may have 20 registered consumers\.$/);
    model.perform("DeregisterStreamConsumer", { StreamARN: model.arn, ConsumerName: "reader-7" });
    expect(register(model, "one-more")).toBeUndefined();
  });

  // "Registering a 6th consumer while there are 5 in a CREATING status results in a LimitExceededException."
  it("while five are CREATING", async () => {
    const model = new Model({ limits: { controlCalls: "off" }, transitionMs: 1_000 });
    for (let at = 0; at < 5; at++) expect(register(model, `reader-${at}`)).toBeUndefined();
    expect(register(model, "one-more")).toBe(
      "LimitExceededException: Only 5 consumers may be in state CREATING at a time.",
    );
    await model.clock.advance(1_000);
    expect(register(model, "one-more")).toBeUndefined();
  });

  it("at a stream that is not there, CREATING or DELETING", async () => {
    const model = new Model({ shards: 0, transitionMs: 1_000 });
    expect(register(model, "reader")).toMatch(/^ResourceNotFoundException/);
    model.perform("CreateStream", { StreamName: STREAM, ShardCount: 1 });
    expect(register(model, "reader")).toMatch(/^ResourceInUseException: .* state CREATING$/);
    await model.clock.advance(1_000);
    model.perform("DeleteStream", { StreamName: STREAM });
    expect(register(model, "reader")).toMatch(/^ResourceInUseException: .* state DELETING$/);
  });
});

describe("ListStreamConsumers", () => {
  const many = (count: number): Model => {
    const model = new Model({ limits: { consumersPerStream: Number.POSITIVE_INFINITY, controlCalls: "off" } });
    for (let at = 0; at < count; at++) model.register(`reader-${String(at).padStart(3, "0")}`);
    return model;
  };
  const list = (model: Model, input: object) =>
    model.perform("ListStreamConsumers", { StreamARN: model.arn, ...input });

  it("pages are one listing together", () => {
    const model = many(7);
    const paged: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const answer = list(model, { MaxResults: 3, NextToken });
      paged.push(...answer.Consumers!);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(paged).toEqual(list(model, {}).Consumers);
    expect(paged).toHaveLength(7);
  });

  // "If you specify a value greater than 100, at most 100 results are returned."
  it.each([undefined, 100, 10_000])("with MaxResults %s shows 100", (MaxResults) => {
    const answer = list(many(101), { MaxResults });
    expect([answer.Consumers!.length, typeof answer.NextToken]).toEqual([100, "string"]);
  });

  it("refuses a token that is old, another stream's, or none", async () => {
    const model = many(2);
    model.service.addStream("returns", 1);
    const { NextToken } = list(model, { MaxResults: 1 });
    const refusal = (input: object): string | undefined => refusalOf(() => list(model, input));
    expect(refusal({ NextToken, StreamARN: model.arn.replace(STREAM, "returns") })).toMatch(/Invalid NextToken/);
    expect(refusal({ NextToken: "x" })).toMatch(/^InvalidArgumentException: Invalid NextToken\.$/);
    await model.clock.advance(300_000);
    expect(refusal({ NextToken })).toBeUndefined();
    await model.clock.advance(1);
    expect(refusal({ NextToken })).toMatch(/^ExpiredNextTokenException/);
  });

  it("knows a stream by its time of creation", () => {
    const model = many(1);
    expect(list(model, { StreamCreationTimestamp: new Date(model.clock.now()) }).Consumers).toHaveLength(1);
    expect(refusalOf(() => list(model, { StreamCreationTimestamp: new Date(0) }))).toMatch(
      /^ResourceNotFoundException/,
    );
  });
});
