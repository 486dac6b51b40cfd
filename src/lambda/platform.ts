// What the door takes from its platform, in one place: it is compiled with no platform's types, and imports no module of
// Node's. Whoever bundles it for Lambda@Edge or a browser's tests must not meet one.

type NodeBuffer = Uint8Array & { toString(encoding: "base64"): string };

interface Zlib {
  readonly gunzipSync: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;
}

interface Platform {
  /** Every runtime of Lambda's for JavaScript has it. */
  readonly Buffer: {
    from(base64: string, encoding: "base64"): NodeBuffer;
    from(buffer: ArrayBufferLike, at: number, length: number): NodeBuffer;
  };
  readonly TextDecoder: new () => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly console: { error(...shown: readonly unknown[]): void };
  readonly process?: { readonly getBuiltinModule?: (id: string) => unknown };
}

const platform = globalThis as unknown as Platform;

/** In Lambda this is the function's log. */
export function logError(...shown: readonly unknown[]): void {
  platform.console.error(...shown);
}

/** Undefined where the text is not base64, all of it, with its padding. */
export function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  const bytes = platform.Buffer.from(text, "base64");
  // Node leaves out what it does not know, and a last character that is too little for a byte: then there are fewer.
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  return bytes.length === (text.length * 3) / 4 - padding ? bytes : undefined;
}

export function toBase64({ buffer, byteLength, byteOffset }: Uint8Array): string {
  return platform.Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

let decoder: InstanceType<Platform["TextDecoder"]> | undefined;
let encoder: InstanceType<Platform["TextEncoder"]> | undefined;

export function fromUtf8(bytes: Uint8Array): string {
  decoder ??= new platform.TextDecoder();
  return decoder.decode(bytes);
}

export function toUtf8(text: string): Uint8Array {
  encoder ??= new platform.TextEncoder();
  return encoder.encode(text);
}

/** Undefined where there is no zlib of Node's. */
export function zlib(): Zlib | undefined {
  return platform.process?.getBuiltinModule?.("node:zlib") as Zlib | undefined;
}
