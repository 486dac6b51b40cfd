// What a member of a request may be. Each shape carries the AWS SDK's type in it, so that a table which forgets a member,
// or gives a number where the SDK has text, doesn't compile.

import type { ActionName, InputOf } from "../action.ts";

export interface StringShape {
  readonly type: "string";
  /** Characters. */
  readonly min?: number;
  readonly max?: number;
  /** As the service prints it; it holds for the whole text. */
  readonly pattern?: string;
  readonly matches?: RegExp;
  /** In the service's order, which messages show. */
  readonly values?: readonly string[];
}

export interface IntegerShape {
  readonly type: "integer";
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape {
  readonly type: "boolean";
}

export interface TimestampShape {
  readonly type: "timestamp";
}

export interface BlobShape {
  readonly type: "blob";
  /** Bytes. */
  readonly max: number;
}

export interface AnyListShape {
  readonly type: "list";
  readonly min: number;
  readonly max: number;
  readonly member: Shape;
}

export interface MapShape {
  readonly type: "map";
  readonly min: number;
  readonly max: number;
  readonly key: StringShape;
  readonly value: StringShape;
}

/** A member as requests are read and checked: no look-up is left for a call of 500 entries. */
export interface Field {
  readonly name: string;
  /** As messages have it: "partitionKey". */
  readonly shownName: string;
  readonly shape: Shape;
  readonly required: boolean;
}

export interface AnyStructureShape {
  readonly type: "structure";
  /** How an object of this shape prints where a message shows its value. */
  readonly shownAs: string;
  readonly fields: readonly Field[];
}

export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | TimestampShape
  | BlobShape
  | AnyListShape
  | MapShape
  | AnyStructureShape;

export interface ListShape<Member> extends AnyListShape {
  readonly member: ShapeOf<Member>;
}

export interface StructureShape<Value> extends AnyStructureShape {
  readonly members: MembersOf<Value>;
}

export type MembersOf<Value> = { readonly [Name in keyof Value]-?: ShapeOf<NonNullable<Value[Name]>> };

export type ShapeOf<Value> = [Value] extends [string]
  ? StringShape
  : [Value] extends [number]
    ? IntegerShape
    : [Value] extends [boolean]
      ? BooleanShape
      : [Value] extends [Date]
        ? TimestampShape
        : [Value] extends [Uint8Array]
          ? BlobShape
          : [Value] extends [readonly (infer Member)[]]
            ? ListShape<Member>
            : string extends keyof Value
              ? MapShape
              : StructureShape<Value>;

export type ShapesOf<Name extends ActionName> = { readonly [Action in Name]: StructureShape<InputOf<Action>> };

export const BOOLEAN: BooleanShape = { type: "boolean" };
export const TIMESTAMP: TimestampShape = { type: "timestamp" };

export function text(limits: { min?: number; max?: number; pattern?: string } = {}): StringShape {
  // A pattern may begin with an alternative: "0|([1-9]\d{0,38})".
  return limits.pattern === undefined
    ? { type: "string", ...limits }
    : { type: "string", ...limits, matches: new RegExp(`^(?:${limits.pattern})$`) };
}

export function oneOf(...values: readonly string[]): StringShape {
  return { type: "string", values };
}

export function integer(limits: { min?: number; max?: number } = {}): IntegerShape {
  return { type: "integer", ...limits };
}

export function listOf<Member>(member: ShapeOf<Member>, limits: { min: number; max: number }): ListShape<Member> {
  return { type: "list", member, ...limits };
}

export function structure<Value>(
  members: MembersOf<Value>,
  required: readonly (keyof Value & string)[] = [],
  shownAs = "",
): StructureShape<Value> {
  const names: ReadonlySet<string> = new Set(required);
  const fields = Object.entries<Shape>(members).map(([name, shape]) => ({
    name,
    shownName: name.charAt(0).toLowerCase() + name.slice(1),
    shape,
    required: names.has(name),
  }));
  return { type: "structure", members, fields, shownAs };
}
