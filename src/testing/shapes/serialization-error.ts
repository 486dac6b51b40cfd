// The service's words for a member of the wrong type. They name the type it met and the type it wanted, never the member.

import { ServiceError } from "../service-error.ts";

export function serializationError(message: string): ServiceError {
  return new ServiceError("SerializationException", message);
}

const LIST_MET = "Start of list found where not expected";
const STRUCTURE_MET = "Start of structure or map found where not expected.";

/** `json` is neither null nor absent; `wanted` as in "an Integer", "a Blob", "milliseconds since epoch". */
export function notConvertible(json: unknown, wanted: string): ServiceError {
  return serializationError(compoundMet(json) ?? `class ${javaClassOf(json)} can not be converted to ${wanted}`);
}

/** Where a list, a map or a structure should stand. */
export function notCompound(json: unknown, expected: string): ServiceError {
  return serializationError(compoundMet(json) ?? expected);
}

function compoundMet(json: unknown): string | undefined {
  if (Array.isArray(json)) return LIST_MET;
  return typeof json === "object" ? STRUCTURE_MET : undefined;
}

function javaClassOf(json: unknown): string {
  if (typeof json === "boolean") return "java.lang.Boolean";
  return typeof json === "string" ? "java.lang.String" : "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
}

/** The service repeats the whole value; of one that takes megabytes the beginning is enough to find it. */
export function shown(value: string): string {
  return value.length <= 4_096 ? value : `${value.slice(0, 4_096)}...`;
}
