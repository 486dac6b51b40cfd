// From whatever a call threw to what is done about it: the same for the producer and the consumer. It reads; the table
// (error-table.ts) decides.

import {
  type KinesisFailureKind,
  LEFT_OPEN,
  NOT_STORED,
  OF_THE_SIGNATURE,
  REFUSED,
  SERVICE_NAMES,
  THROTTLED,
  TRANSPORT_CODE_FAMILIES,
  TRANSPORT_CODES,
  TRANSPORT_MESSAGES,
  TRANSPORT_NAMES,
  type Verdict,
} from "./error-table.ts";

export interface KinesisFailure {
  readonly kind: KinesisFailureKind;
  /** Whether the same call, unchanged, may succeed later. */
  readonly retryable: boolean;
  /** Of a put: no answer says that it was refused, so a retry may store it twice. */
  readonly mayHaveBeenStored: boolean;
  /** The service's, else the transport's, else the error's name: "ProvisionedThroughputExceededException", "ECONNRESET", "HTTP 503". */
  readonly code: string;
}

const RETRYABLE: readonly KinesisFailureKind[] = ["throttled", "transient", "credentials", "in-use"];
/** Wrapped errors are looked into so far; a chain of causes may be a ring. */
const MOST_CAUSES = 8;
const LONGEST_CODE = 128;
/** What the SDK calls an error that has no name in its answer, or an answer that it cannot read. */
const NAMELESS: readonly string[] = ["Error", "SyntaxError", "Unknown", "UnknownError"];

/** SDK `PutRecordsResultEntry`. */
export interface EntryOutcome {
  readonly ShardId?: string | undefined;
  readonly SequenceNumber?: string | undefined;
  readonly ErrorCode?: string | undefined;
}

type Found = Verdict & Pick<KinesisFailure, "code">;

/**
 * What a call's error means, whichever SDK, transport or door it came from. Takes anything, and never throws.
 * @param signal the caller's own, where the call had one. While it is not aborted an AbortError is somebody else's timeout,
 * and is tried again; without it every AbortError is taken for the caller's.
 * @example
 * ```ts
 * try {
 *   await kinesis.send(new PutRecordsCommand(input));
 * } catch (error) {
 *   const { kind, retryable } = classifyError(error);
 *   if (!retryable) throw error;
 *   if (kind === "throttled") slowDown();
 * }
 * ```
 */
export function classifyError(
  error: unknown,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): KinesisFailure {
  const found = find(error, 0) ?? { kind: "fatal", mayHaveBeenStored: true, code: nameOf(error) };
  const isAborted = signal ? signal.aborted : text(error, "name") === "AbortError";
  return failureOf(isAborted ? { ...found, kind: "aborted" } : found);
}

/**
 * What became of an entry of PutRecords: undefined where it is stored. A code that nobody knows, an entry without a
 * position, or none at all, may come right: to give it up would lose the record, to send it again at worst doubles it.
 */
export function classifyEntry(entry: EntryOutcome | undefined): KinesisFailure | undefined {
  const code = text(entry, "ErrorCode");
  if (code) return failureOf(ofEntryCode(code));
  const isStored = text(entry, "ShardId") && text(entry, "SequenceNumber");
  return isStored ? undefined : failureOf({ ...LEFT_OPEN, code: "NoSequenceNumber" });
}

function failureOf({ code, kind, mayHaveBeenStored }: Found): KinesisFailure {
  return { kind, retryable: RETRYABLE.includes(kind), mayHaveBeenStored, code: code.slice(0, LONGEST_CODE) };
}

function ofEntryCode(code: string): Found {
  return { ...(SERVICE_NAMES.get(code) ?? LEFT_OPEN), code };
}

function find(error: unknown, depth: number): Found | undefined {
  if (typeof error !== "object" || error === null || depth > MOST_CAUSES) return undefined;
  const name = nameOf(error);
  const byName = ofServiceName(error, name);
  if (byName) return { ...byName, code: name };
  // An entry of PutRecords that is taken for an error must not be given up either.
  const entryCode = text(error, "ErrorCode");
  if (entryCode) return ofEntryCode(entryCode);
  const code = text(error, "code");
  const byCode = ofTransportCode(error, code);
  const cause = find(read(error, "cause") ?? read(read(error, "errors"), "0"), depth + 1);
  // A stream that never left, because of its connection: what happened tells the cause, what it did the stream.
  if (cause) return byCode?.mayHaveBeenStored === false ? { ...cause, mayHaveBeenStored: false } : cause;
  if (byCode) return { ...byCode, code };
  return ofAnswer(error, name) ?? ofNamelessTransport(error, name);
}

function ofServiceName(error: object, name: string): Verdict | undefined {
  const isOfClock =
    read(read(error, "$metadata"), "clockSkewCorrected") === true ||
    /^Signature (expired|not yet current)/.test(text(error, "message"));
  return isOfClock && OF_THE_SIGNATURE.includes(name) ? NOT_STORED : SERVICE_NAMES.get(name);
}

function ofTransportCode(error: object, code: string): Verdict | undefined {
  const isOfFamily = TRANSPORT_CODE_FAMILIES.some((family) => code.startsWith(family));
  const verdict = TRANSPORT_CODES.get(code) ?? (isOfFamily ? LEFT_OPEN : undefined);
  // No connection was made; or RFC 9113, 8.7: "REFUSED_STREAM ... guarantees that a request has not been processed".
  const isUnsent = text(error, "syscall") === "connect" || text(error, "message").includes("NGHTTP2_REFUSED_STREAM");
  return verdict === LEFT_OPEN && isUnsent ? NOT_STORED : verdict;
}

/** Of an answer whose name says nothing: one that is new, a proxy's, none. */
function ofAnswer(error: object, name: string): Found | undefined {
  const status = read(read(error, "$metadata"), "httpStatusCode");
  const fault = text(error, "$fault");
  const retryable = read(error, "$retryable");
  const code = typeof status === "number" && (!fault || NAMELESS.includes(name)) ? `HTTP ${status}` : name;
  if (retryable) return { ...(read(retryable, "throttling") === true ? THROTTLED : LEFT_OPEN), code };
  if (typeof status === "number" && status >= 300) return { ...ofStatus(status, isUnreadable(error, name)), code };
  if (fault) return { ...(fault === "server" ? LEFT_OPEN : REFUSED), code };
  return undefined;
}

function ofStatus(status: number, unreadable: boolean): Verdict {
  if (status === 429) return THROTTLED;
  if (status === 408 || status >= 500) return LEFT_OPEN;
  // Every exception of Kinesis comes with 400. If a throttle was cut in its middle, no record may be given up for that.
  return status === 400 && unreadable ? NOT_STORED : REFUSED;
}

/** An answer that came and makes no sense: a proxy's page, or half of one over HTTP/2, which the SDK takes for a whole. */
function isUnreadable(error: object, name: string): boolean {
  return name === "SyntaxError" || text(error, "code") === "KPL_KIT_MALFORMED_CBOR";
}

function ofNamelessTransport(error: object, name: string): Found | undefined {
  const message = text(error, "message");
  const isKnown =
    TRANSPORT_NAMES.includes(name) ||
    TRANSPORT_MESSAGES.some((known) => message.startsWith(known)) ||
    isUnreadable(error, name);
  return isKnown ? { ...LEFT_OPEN, code: text(error, "code") || name } : undefined;
}

function nameOf(error: unknown): string {
  return text(error, "name") || "Unknown";
}

function text(from: unknown, key: string): string {
  const value = read(from, key);
  return typeof value === "string" ? value : "";
}

function read(from: unknown, key: string): unknown {
  try {
    return (from as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  } catch {
    // A getter that throws, a proxy that is revoked: it says nothing.
    return undefined;
  }
}
