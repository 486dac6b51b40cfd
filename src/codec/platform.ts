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
  /** Node, Deno and Bun, as is `Buffer`; absent in browsers. */
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
  readonly Buffer?: { readonly allocUnsafeSlow?: (length: number) => Uint8Array };
}

export const platform: Platform = globalThis as unknown as Platform;

/** The tag reaches across realms, where `instanceof` does not; `isView` first, since most values asked are no bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    (value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]")
  );
}

/** Above this, zeroing costs more than the detour. */
const WORTH_NOT_ZEROING = 4096;

/** Not zeroed where the platform can do without: for a caller who writes every byte, and makes sure that it has. */
export function allocate(length: number): Uint8Array {
  const unzeroed = length > WORTH_NOT_ZEROING ? platform.Buffer?.allocUnsafeSlow?.(length) : undefined;
  return unzeroed ? new Uint8Array(unzeroed.buffer, unzeroed.byteOffset, length) : new Uint8Array(length);
}
