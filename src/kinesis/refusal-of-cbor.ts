// Whether an endpoint may have refused a call because it cannot read CBOR. Only what proves that the call was not performed
// counts: it is made again, in JSON, and a put that was stored would be stored twice.

interface Refusal {
  readonly name?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** No such page; no such media type: nothing was looked at. */
const STATUSES: readonly unknown[] = [404, 415];
/** What services and emulators answer to a body that they cannot read, or to a content type that names no protocol. */
const NAMES: readonly unknown[] = ["SerializationException", "UnknownOperationException"];

export function mayBeRefusalOfCbor(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { $metadata, name } = error as Refusal;
  // An emulator may say it with the status of a page that is not there.
  if (name === "ResourceNotFoundException") return false;
  return STATUSES.includes($metadata?.httpStatusCode) || NAMES.includes(name);
}

/** Whether the service has read the call, and refused it for what it says. A proxy's page, or an outage, proves nothing. */
export function hasUnderstood(error: unknown): boolean {
  if (typeof error !== "object" || error === null || mayBeRefusalOfCbor(error)) return false;
  const { $fault, name } = error as Refusal;
  return $fault === "client" && name !== "Unknown";
}
