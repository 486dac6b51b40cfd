// Errors that a fault, a limit or the reader's own end explains. Any other is a bug: of the model, or of who called it.

const EXPLAINED: ReadonlySet<string> = new Set([
  "AbortError",
  "ExpiredIteratorException",
  "InternalFailureException",
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "ResourceInUseException",
  "ServiceUnavailable",
  "TimeoutError",
]);

/** Its name for the history. @throws the error, if nothing explains it */
export function explained(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const { code } = error as NodeJS.ErrnoException;
  // A connection that broke in the middle of an answer has no better name.
  if (EXPLAINED.has(error.name) || code === "ECONNRESET") return code ? `${error.name} ${code}` : error.name;
  throw error;
}
