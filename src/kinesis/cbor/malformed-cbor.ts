import { KplKitError } from "../../codec/index.ts";

/** Bytes that are no CBOR, or more than a Kinesis call can need. */
export class MalformedCborError extends KplKitError {
  readonly code = "KPL_KIT_MALFORMED_CBOR";
  readonly retryable = false;
  /** Of the first byte that makes no sense. */
  readonly offset: number;

  constructor(offset: number, why: string) {
    super(`CBOR, byte ${offset}: ${why}`);
    this.offset = offset;
  }
}
