// Inputs made from the table of shapes: good ones, and JSON that is nearly good.

import { fc } from "@fast-check/vitest";
import { INPUT_SHAPES, type Shape } from "../../../src/testing/shapes/index.ts";
import "../../properties/replay.ts";

export type Action = keyof typeof INPUT_SHAPES;

export const ACTIONS: readonly Action[] = Object.keys(INPUT_SHAPES) as Action[];

const ANY_JSON = fc.jsonValue({ maxDepth: 2 });

type Members = "some" | "all";

/** What keeps every constraint of the shape; with "some", members that need not be there often are not. */
export function validOf(shape: Shape, members: Members): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "string":
      return textOf(shape);
    case "integer":
      return fc.integer({ min: shape.min ?? -2_147_483_648, max: shape.max ?? 2_147_483_647 });
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return fc.date({ noInvalidDate: true });
    case "blob":
      return fc.uint8Array();
    case "list":
      return fc.array(validOf(shape.member, members), { minLength: shape.min, maxLength: shape.max });
    case "map":
      return fc.dictionary(
        fc.oneof(textOf(shape.key), fc.constantFrom("__proto__", "constructor")),
        textOf(shape.value),
        { minKeys: shape.min, maxKeys: shape.max },
      );
    case "structure": {
      const all = Object.fromEntries(shape.fields.map((field) => [field.name, validOf(field.shape, members)]));
      const required = shape.fields.filter((field) => field.required).map((field) => field.name);
      return fc.record(all, members === "some" ? { requiredKeys: required } : {});
    }
  }
}

function textOf(shape: Extract<Shape, { type: "string" }>): fc.Arbitrary<string> {
  const { min = 0, max, values, matches } = shape;
  if (values !== undefined) return fc.constantFrom(...values);
  // fast-check takes the anchors of the pattern for its own.
  if (matches !== undefined)
    return fc.stringMatching(matches).filter((text) => max === undefined || text.length <= max);
  const any = fc.string({ unit: "binary", minLength: min, ...(max !== undefined && { maxLength: max }) });
  if (max === undefined || max > 1_000) return any;
  return fc.oneof({ weight: 9, arbitrary: any }, fc.constantFrom("é".repeat(max), "😀".repeat(max)));
}

/** JSON that has the shape, but for any part of it that may be any other JSON. */
export function jsonLike(shape: Shape): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: nearlyJson(shape) }, { weight: 1, arbitrary: ANY_JSON });
}

function nearlyJson(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "integer":
    case "timestamp":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "blob":
      return fc.oneof(fc.base64String(), fc.string({ unit: "binary" }));
    case "list":
      return fc.array(jsonLike(shape.member), { maxLength: 3 });
    case "map":
      return fc.dictionary(fc.string(), jsonLike(shape.value), { maxKeys: 3 });
    case "structure":
      return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, jsonLike(field.shape)])), {
        requiredKeys: [],
      });
    case "string":
    case "boolean":
      return validOf(shape, "some");
  }
}
