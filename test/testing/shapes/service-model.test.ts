// The table of shapes against the service's own model: every member, type, limit, pattern and enum of every request.
// service-model.jsonl has the shapes of all inputs as the public model of API version 2013-12-02 has them (botocore,
// data/kinesis/2013-12-02/service-2.json), one a line.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { INPUT_SHAPES, type Shape } from "../../../src/testing/shapes/index.ts";
import { ACTIONS } from "./arbitrary-input.ts";

interface ModelShape {
  readonly name: string;
  readonly type: Shape["type"];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
}

const MODEL = new Map(
  readFileSync(new URL("service-model.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ModelShape)
    .map((shape) => [shape.name, shape]),
);

/** Younger than that copy of the model: what may be there besides, and what need not be there any more. */
const YOUNGER = ["DryRun", "RecordDistributionStrategy"];
const NO_LONGER_REQUIRED = ["PutRecordInput.PartitionKey", "PutRecordsRequestEntry.PartitionKey"];

type Facts = string | { readonly [member: string]: Facts };

/** {StreamName: "string 1..128 [a-zA-Z0-9_.-]+", ...} */
function factsOfModel(name: string): Facts {
  const shape = MODEL.get(name);
  if (!shape) throw new Error(`the model has no ${name}`);
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(shape.members ?? {}).map(([member, type]) => {
          const required = shape.required?.includes(member) && !NO_LONGER_REQUIRED.includes(`${name}.${member}`);
          return [member + (required ? "!" : ""), factsOfModel(type)];
        }),
      );
    case "list":
      return { [limits(shape)]: factsOfModel(shape.member ?? "") };
    case "map":
      return { [limits(shape)]: { key: factsOfModel(shape.key ?? ""), value: factsOfModel(shape.value ?? "") } };
    default:
      return limits(shape);
  }
}

function factsOf(shape: Shape): Facts {
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        shape.fields
          .filter(({ name }) => !YOUNGER.includes(name))
          .map(({ name, shape: member, required }) => [name + (required ? "!" : ""), factsOf(member)]),
      );
    case "list":
      return { [limits(shape)]: factsOf(shape.member) };
    case "map":
      return { [limits(shape)]: { key: factsOf(shape.key), value: factsOf(shape.value) } };
    case "string":
      return limits({ ...shape, enum: shape.values });
    default:
      return limits(shape);
  }
}

function limits(shape: {
  type: string;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: readonly string[] | undefined;
}): string {
  const { type, min = 0, max = "", pattern = "", enum: values = [] } = shape;
  // An integer without a least value has none; a length has 0.
  const least = type === "integer" && shape.min === undefined ? "" : min;
  return `${type} ${least}..${max} ${pattern}${values.toSorted().join()}`;
}

it.each(ACTIONS.filter((name) => name !== "UpdateStreamRecordDistributionStrategy"))("%s", (name) => {
  expect(factsOf(INPUT_SHAPES[name])).toEqual(factsOfModel(`${name}Input`));
});

it("the model has no call that the table lacks", () => {
  const inputs = [...MODEL.keys()].filter((name) => name.endsWith("Input"));
  const known = new Set(ACTIONS.map((name) => `${name}Input`));
  expect(inputs.filter((name) => !known.has(name))).toEqual(["MinimumThroughputBillingCommitmentInput"]);
});
