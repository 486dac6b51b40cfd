// From a user record's data to its value, by a function or by a schema for its JSON.

import { InvalidOptionError } from "../codec/index.ts";
import { UndecodableRecordError } from "./errors.ts";
import type { LambdaUserRecord } from "./user-records.ts";

/** Standard Schema 1, of valibot, zod, arktype and others: `~standard` is all that is used. */
export interface StandardSchema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Value> | PromiseLike<SchemaResult<Value>>;
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined;
  };
}

type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Written into the call, a function names its parameter's type, `(data: Uint8Array) => …`: else TypeScript has read the handler
 * before it, and `value` is unknown there.
 */
export type Decode<Value> =
  | ((data: Uint8Array, record: LambdaUserRecord) => Value | PromiseLike<Value>)
  | StandardSchema<Value>;

export type DecodedRecord<Value> = LambdaUserRecord & {
  /** What `decode` made of the data. */
  readonly value: Value;
};

/**
 * Writes `value` onto a record.
 * @throws `KPL_KIT_INVALID_OPTION`; what it returns rejects with `KPL_KIT_UNDECODABLE_RECORD`
 */
export function decoderOf(decode: Decode<unknown>): (record: LambdaUserRecord) => Promise<void> {
  const read = byDecode(decode);
  return async (record) => {
    try {
      (record as { value?: unknown }).value = await read(record.data, record);
    } catch (error) {
      throw new UndecodableRecordError(record.id, error);
    }
  };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function byDecode(decode: Decode<unknown>): (data: Uint8Array, record: LambdaUserRecord) => unknown {
  // First: arktype's schemas can be called, and return what is wrong with the data.
  const standard = (decode as Partial<StandardSchema<unknown>>)["~standard"];
  if (!standard && typeof decode === "function") return decode;
  if (typeof standard?.validate !== "function")
    throw new InvalidOptionError("decode", decode, "a function or a Standard Schema");
  return async (_, record) => {
    const result = await standard.validate(record.json());
    if (!result.issues) return result.value;
    throw new TypeError(result.issues.map(textOf).join("; "), { cause: result.issues });
  };
}

function textOf({ message, path = [] }: SchemaIssue): string {
  return [...path.map((part) => String((part as { readonly key?: PropertyKey }).key ?? part)), message].join(": ");
}
