// Base64 by Node itself, which passes over what is none; data would come out shorter, and nobody would know.

/** As the SDK hands bytes over: not a Buffer. Undefined: not base64, or not all of it. */
export function fromBase64(text: string): Uint8Array | undefined {
  const { buffer, byteLength, byteOffset } = Buffer.from(text, "base64");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0 || byteLength !== (text.length / 4) * 3 - padding) return undefined;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
