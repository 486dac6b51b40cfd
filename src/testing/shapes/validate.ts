// Whether a request keeps the constraints of its shape. A path is put together only once something is broken: a call
// of 500 entries costs a few comparisons an entry.

import type { ActionName, InputOf } from "../action.ts";
import { INPUT_SHAPES } from "./inputs.ts";
import type { AnyListShape, AnyStructureShape, MapShape, Shape, StringShape } from "./shape.ts";
import { among, atLeast, atMost, matching, NOT_NULL, ofEach, type Violation, validationError } from "./violation.ts";

/** The service names no more of them. */
const MAX_VIOLATIONS = 10;

/**
 * `input` comes from `fromJson` or `fromInput`: its types are right.
 * @throws `ServiceError` ValidationException
 */
export function validate<Name extends ActionName>(action: Name, input: InputOf<Name>): void {
  const violations: Violation[] = [];
  checkStructure(INPUT_SHAPES[action], input, violations);
  if (violations.length > 0) throw validationError(violations.slice(0, MAX_VIOLATIONS));
}

/** Adds what `value` breaks, with paths that begin at `value`. */
function check(shape: Shape, value: unknown, violations: Violation[]): void {
  switch (shape.type) {
    case "string":
      checkString(shape, value as string, violations);
      break;
    case "integer":
      checkRange(shape, "value", value as number, value, violations);
      break;
    case "blob":
      checkRange(shape, "length", (value as Uint8Array).length, value, violations);
      break;
    case "list":
      checkList(shape, value as readonly unknown[], violations);
      break;
    case "map":
      checkMap(shape, value as Readonly<Record<string, unknown>>, violations);
      break;
    case "structure":
      checkStructure(shape, value as object, violations);
      break;
    case "boolean":
    case "timestamp":
      break;
    default:
      shape satisfies never;
  }
}

function checkStructure(shape: AnyStructureShape, value: object, violations: Violation[]): void {
  const given = value as Readonly<Record<string, unknown>>;
  for (const field of shape.fields) {
    const member = given[field.name];
    const before = violations.length;
    if (member !== undefined && member !== null) check(field.shape, member, violations);
    else if (field.required) add(violations, field.shape, undefined, NOT_NULL);
    if (violations.length > before) prefix(violations, before, field.shownName);
  }
}

function checkList(shape: AnyListShape, value: readonly unknown[], violations: Violation[]): void {
  checkRange(shape, "length", value.length, value, violations);
  const { member } = shape;
  if (member.type === "string") {
    if (!value.every((each) => keeps(member, each))) add(violations, shape, value, ofEach("Member", member));
    return;
  }
  for (let at = 0; at < value.length && violations.length < MAX_VIOLATIONS; at++) {
    const each = value[at];
    const before = violations.length;
    if (each !== undefined && each !== null) check(member, each, violations);
    else add(violations, member, undefined, NOT_NULL);
    if (violations.length > before) prefix(violations, before, `${at + 1}.member`);
  }
}

function checkMap(shape: MapShape, value: Readonly<Record<string, unknown>>, violations: Violation[]): void {
  const keys = Object.keys(value);
  checkRange(shape, "length", keys.length, value, violations);
  if (!keys.every((key) => keeps(shape.key, key))) add(violations, shape, value, ofEach("Map keys", shape.key));
  if (!keys.every((key) => keeps(shape.value, value[key]))) {
    add(violations, shape, value, ofEach("Map value", shape.value));
  }
}

function keeps(shape: StringShape, value: unknown): boolean {
  if (typeof value !== "string") return false;
  const violations: Violation[] = [];
  checkString(shape, value, violations);
  return violations.length === 0;
}

function checkString(shape: StringShape, value: string, violations: Violation[]): void {
  const { min, max, pattern, matches, values } = shape;
  const tooLong = max !== undefined && isLonger(value, max);
  // A pattern with several `.*` takes quadratic time and more, so it is not asked about text that is refused anyway.
  if (pattern !== undefined && !tooLong && !matches?.test(value)) add(violations, shape, value, matching(pattern));
  if (min !== undefined && value.length < min) add(violations, shape, value, atLeast("length", min));
  if (tooLong) add(violations, shape, value, atMost("length", max));
  if (values !== undefined && !values.includes(value)) add(violations, shape, value, among(values));
}

/**
 * Characters are Unicode's, not Java's or JavaScript's 16-bit units: the documentation gives a partition key "256 Unicode
 * characters", and the model's language, Smithy, counts a string's length in Unicode scalar values.
 */
function isLonger(value: string, max: number): boolean {
  // A character takes one unit or two.
  if (value.length <= max) return false;
  if (value.length > 2 * max) return true;
  let characters = 0;
  for (const _ of value) characters++;
  return characters > max;
}

function checkRange(
  shape: Shape & { readonly min?: number; readonly max?: number },
  what: "length" | "value",
  size: number,
  value: unknown,
  violations: Violation[],
): void {
  if (shape.min !== undefined && size < shape.min) add(violations, shape, value, atLeast(what, shape.min));
  if (shape.max !== undefined && size > shape.max) add(violations, shape, value, atMost(what, shape.max));
}

function add(violations: Violation[], shape: Shape, value: unknown, constraint: string): void {
  violations.push({ path: "", shape, value, constraint });
}

function prefix(violations: readonly Violation[], from: number, name: string): void {
  for (const violation of violations.slice(from)) {
    violation.path = violation.path === "" ? name : `${name}.${violation.path}`;
  }
}
