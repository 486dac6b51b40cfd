// The laws of the table: what keeps it passes, what breaks one constraint is refused for that one and no other.

import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { fromInput, fromJson, INPUT_SHAPES, type Shape, validate } from "../../../src/testing/shapes/index.ts";
import { ACTIONS, type Action, jsonLike, validOf } from "./arbitrary-input.ts";
import { refusalOf } from "./refusal.ts";

/** A call with an input made from its shape. */
function callWith(inputOf: (shape: Shape) => fc.Arbitrary<unknown>): fc.Arbitrary<[Action, unknown]> {
  return fc.oneof(...ACTIONS.map((name) => fc.tuple(fc.constant(name), inputOf(INPUT_SHAPES[name]))));
}

describe("any call", () => {
  test.prop([callWith((shape) => validOf(shape, "some"))])(
    "an input that keeps the table is taken, and loses nothing",
    ([name, input]) => {
      const taken = fromInput(name, input);
      expect(refusalOf(() => validate(name, taken))).toBeUndefined();
      expect(Object.keys(taken).sort()).toEqual(Object.keys(input as object).sort());
    },
  );

  test.prop([callWith(jsonLike)], { numRuns: 500 })(
    "whatever the JSON, the service refuses it or takes it: nothing else is thrown",
    ([name, json]) => {
      const refusal = refusalOf(() => validate(name, fromJson(name, json)));
      if (refusal !== undefined) expect(refusal).toMatch(/^(SerializationException|ValidationException): /);
    },
  );

  test.prop([callWith(() => fc.jsonValue())])("nor with JSON that has nothing to do with it", ([name, json]) => {
    const refusal = refusalOf(() => validate(name, fromJson(name, json)));
    if (refusal !== undefined) expect(refusal).toMatch(/^(SerializationException|ValidationException): /);
  });
});

interface Break {
  /** Where in the input, as the message names it and as JavaScript does. */
  readonly shown: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly constraints: readonly string[];
}

const TOO_MUCH = new Uint8Array(10_485_761);

function breaksOf(shape: Shape, shown: string, path: readonly (string | number)[]): Break[] {
  const breaks: Break[] = [];
  const broken = (value: unknown, ...constraints: string[]) => breaks.push({ shown, path, value, constraints });
  const tooShort = (min: number) => `Member must have length greater than or equal to ${min}`;
  const tooLong = (max: number) => `Member must have length less than or equal to ${max}`;
  switch (shape.type) {
    case "string": {
      const { min = 0, max, pattern, values } = shape;
      const patternRule = `Member must satisfy regular expression pattern: ${pattern}`;
      if (min > 0) broken("", ...(pattern === undefined ? [] : [patternRule]), tooShort(min));
      if (max !== undefined) broken("a".repeat(max + 1), tooLong(max));
      if (pattern !== undefined) broken("!", patternRule);
      if (values !== undefined) broken("!", `Member must satisfy enum value set: [${values.join(", ")}]`);
      break;
    }
    case "integer":
      if (shape.min !== undefined)
        broken(shape.min - 1, `Member must have value greater than or equal to ${shape.min}`);
      if (shape.max !== undefined) broken(shape.max + 1, `Member must have value less than or equal to ${shape.max}`);
      break;
    case "blob":
      broken(TOO_MUCH, tooLong(shape.max));
      break;
    case "list": {
      const one = sampleOf(shape.member);
      broken([], tooShort(shape.min));
      broken(new Array(shape.max + 1).fill(one), tooLong(shape.max));
      if (shape.member.type === "string") {
        for (const { value, constraints } of breaksOf(shape.member, "", [])) {
          broken([one, value], expect.stringContaining(constraints.at(-1) ?? "?"));
        }
      } else {
        breaks.push(...breaksOf(shape.member, `${shown}.1.member`, [...path, 0]));
      }
      break;
    }
    case "map": {
      const keys = Array.from({ length: shape.max + 1 }, (_, at) => [`key-${at}`, "value"]);
      broken({}, tooShort(shape.min));
      broken(Object.fromEntries(keys), tooLong(shape.max));
      broken({ "": "value" }, expect.stringMatching(/^Map keys must satisfy constraint: \[.*to 128, .*to 1\]$/));
      broken(
        { key: "v".repeat(257) },
        expect.stringMatching(/^Map value must satisfy constraint: \[.*to 256, .*to 0\]$/),
      );
      break;
    }
    case "structure":
      for (const { name, shownName, shape: member, required } of shape.fields) {
        const at = shown === "" ? shownName : `${shown}.${shownName}`;
        if (required) {
          const constraints = ["Member must not be null"];
          breaks.push({ shown: at, path: [...path, name], value: undefined, constraints });
        }
        breaks.push(...breaksOf(member, at, [...path, name]));
      }
      break;
    case "boolean":
    case "timestamp":
      break;
  }
  return breaks;
}

function sampleOf(shape: Shape): unknown {
  return fc.sample(validOf(shape, "all"), { numRuns: 1, seed: 7 })[0];
}

function withBroken(input: unknown, [name, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = Array.isArray(input) ? [...input] : { ...(input as object) };
  return Object.assign(copy, { [name]: withBroken((input as Record<string, unknown>)[name], rest, value) });
}

/** ["at 'streamName' failed to satisfy constraint: ...", ...] of a message. */
function violationsIn(refusal: string | undefined): { count: string | undefined; at: string; constraint: string }[] {
  const [, count, told = ""] =
    /^ValidationException: (\d+) validation errors? detected: Value (.*)$/s.exec(refusal ?? "") ?? [];
  return told.split(/; Value (?=null|')/).map((each) => {
    const [, at = "", constraint = ""] =
      /^(?:null|'.*?') at '([^']*)' failed to satisfy constraint: (.*)$/s.exec(each) ?? [];
    return { count, at, constraint };
  });
}

describe("one constraint broken", () => {
  it.each(ACTIONS.filter((name) => breaksOf(INPUT_SHAPES[name], "", []).length > 0))("%s", (name: Action) => {
    const good = sampleOf(INPUT_SHAPES[name]);
    for (const { shown, path, value, constraints } of breaksOf(INPUT_SHAPES[name], "", [])) {
      const input = withBroken(good, path, value);
      const refusal = refusalOf(() => validate(name, fromInput(name, input)));
      expect(violationsIn(refusal), `${shown}: ${constraints.join(", ")}`).toEqual(
        constraints.map((constraint) => ({ count: String(constraints.length), at: shown, constraint })),
      );
    }
  });

  it("is looked for in every call but those that take nothing", () => {
    const untested = ACTIONS.filter((name) => breaksOf(INPUT_SHAPES[name], "", []).length === 0);
    expect(untested).toEqual(["DescribeAccountSettings", "DescribeLimits"]);
    expect(ACTIONS).toHaveLength(40);
  });
});
