// What the codec takes from its platform, in one place: it is compiled with no platform's types, so that a Node or
// DOM name that only one of them has cannot slip in.

export interface TextEncoderLike {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly written: number };
}

export interface TextDecoderLike {
  decode(bytes: Uint8Array): string;
}

export interface Platform {
  readonly TextEncoder: new () => TextEncoderLike;
  readonly TextDecoder: new (label: string, options?: { readonly ignoreBOM: boolean }) => TextDecoderLike;
  /** Node, Deno and Bun; absent in browsers. */
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
}

export const platform: Platform = globalThis as unknown as Platform;

/** The tag reaches across realms, where `instanceof` does not. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
}
