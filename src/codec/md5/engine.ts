// The one interface that every way to compute an MD5 has, so that a faster one slots in without its callers knowing.

export interface DigestEngine {
  readonly name: string;
  /** Writes the 16 bytes of MD5(bytes[start, end)) to `into` at `at`. */
  digest(bytes: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void;
}
