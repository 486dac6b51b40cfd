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
  const read = typeof decode === "function" ? decode : bySchema(decode);
  return async (record) => {
    try {
      (record as { value?: unknown }).value = await read(record.data, record);
    } catch (error) {
      throw new UndecodableRecordError(record.id, error);
    }
  };
}

/** @throws `KPL_KIT_INVALID_OPTION` */
function bySchema(schema: StandardSchema<unknown>): (data: unknown, record: LambdaUserRecord) => Promise<unknown> {
  const standard = (schema as Partial<StandardSchema<unknown>> | null)?.["~standard"];
  if (typeof standard?.validate !== "function")
    throw new InvalidOptionError("decode", schema, "a function or a Standard Schema");
  return async (_, record) => {
    const result = await standard.validate(record.json());
    if (!result.issues) return result.value;
    const told = result.issues.map(({ message, path = [] }) => `${textOf(path)}${message}`);
    throw new TypeError(told.join("; "), { cause: result.issues });
  };
}

function textOf(path: NonNullable<SchemaIssue["path"]>): string {
  return path.map((part) => `${String(typeof part === "object" ? part.key : part)}: `).join("");
}
