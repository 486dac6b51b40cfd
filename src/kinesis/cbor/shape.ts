// What a value is, as far as CBOR has to know: bytes, a moment, or something that holds others. A structure's members are
// known by name, so that what is not part of a call is never sent, and what is not part of an answer is passed over.

export type Shape =
  | { readonly kind: "structure"; readonly members: ReadonlyMap<string, Member> }
  | { readonly kind: "list"; readonly value: Shape }
  | { readonly kind: "map"; readonly value: Shape }
  | { readonly kind: "bytes" | "timestamp" | "plain" };

export interface Member {
  readonly name: string;
  /** The name as CBOR text, head and all. */
  readonly key: Uint8Array;
  readonly shape: Shape;
}
