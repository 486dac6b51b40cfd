// What the codec takes from its platform, in one place: it is compiled with no platform's types, so that a Node or
// DOM name that only one of them has cannot slip in.

export interface TextEncoderLike {
  encode(text: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly written: number };
}

export interface TextDecoderLike {
  decode(bytes: Uint8Array): string;
}

interface LanesExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (from: number, to: number) => void;
  readonly lay: (at: number, lengths: number) => number;
}

export interface Platform {
  readonly TextEncoder: new () => TextEncoderLike;
  readonly TextDecoder: new (label: string, options?: { readonly ignoreBOM: boolean }) => TextDecoderLike;
  /** Node, Deno and Bun, as is `Buffer`; absent in browsers. */
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
  readonly WebAssembly?: {
    readonly Module: new (binary: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: LanesExports };
  };
  readonly Buffer?: { readonly allocUnsafe?: (length: number) => Uint8Array };
}

export const platform: Platform = globalThis as unknown as Platform;

/** The tag reaches across realms, where `instanceof` does not; `isView` first, since most values asked are no bytes. */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    (value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]")
  );
}

/** Not zeroed where the platform can do without: for a caller who writes every byte, and makes sure that it has. */
export function allocate(length: number): Uint8Array {
  const unzeroed = platform.Buffer?.allocUnsafe?.(length);
  // Never a Buffer, whose methods mean something else.
  return unzeroed ? new Uint8Array(unzeroed.buffer, unzeroed.byteOffset, length) : new Uint8Array(length);
}
