// A broken constraint, in the service's words.

import { ServiceError } from "../service-error.ts";
import { shown } from "./serialization-error.ts";
import type { Shape, StringShape } from "./shape.ts";

export interface Violation {
  /** From the request's root: "records.1.member.partitionKey". */
  path: string;
  readonly shape: Shape;
  readonly value: unknown;
  readonly constraint: string;
}

export const NOT_NULL = "Member must not be null";

export function atLeast(what: "length" | "value", min: number): string {
  return `Member must have ${what} greater than or equal to ${min}`;
}

export function atMost(what: "length" | "value", max: number): string {
  return `Member must have ${what} less than or equal to ${max}`;
}

export function matching(pattern: string): string {
  return `Member must satisfy regular expression pattern: ${pattern}`;
}

export function among(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${values.join(", ")}]`;
}

/** What a list asks of its members, or a map of its keys and values: all of it is named, whichever part is broken. */
export function ofEach(whose: "Member" | "Map keys" | "Map value", { min, max, values }: StringShape): string {
  const rules: string[] = [];
  if (max !== undefined) rules.push(atMost("length", max));
  if (min !== undefined) rules.push(atLeast("length", min));
  if (values !== undefined) rules.push(among(values));
  return `${whose} must satisfy constraint: [${rules.join(", ")}]`;
}

export function validationError(violations: readonly Violation[]): ServiceError {
  const errors = violations.length === 1 ? "error" : "errors";
  const told = violations.map(
    ({ path, shape, value, constraint }) =>
      `Value ${valueShown(shape, value)} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
  return new ServiceError(
    "ValidationException",
    `${violations.length} validation ${errors} detected: ${told.join("; ")}`,
  );
}

function valueShown(shape: Shape, value: unknown): string {
  return value === undefined || value === null ? "null" : `'${shown(print(shape, value))}'`;
}

/** As Java prints it. */
function print(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (shape.type === "structure") return shape.shownAs;
  if (shape.type === "list" && Array.isArray(value)) {
    return `[${value.map((each) => print(shape.member, each)).join(", ")}]`;
  }
  if (shape.type === "map") {
    const entries = Object.entries(value).map(([key, each]) => `${key}=${print(shape.value, each)}`);
    return `{${entries.join(", ")}}`;
  }
  if (shape.type === "blob" && value instanceof Uint8Array) {
    return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  }
  return String(value);
}
