// How a call ends, as the AWS SDK tells it.

interface SdkError {
  readonly name: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** "accepted", or the exception's name. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return refusalOf(error);
  }
}

/** Where AWS says that it is refused, but not by which exception. */
export async function isRefused(call: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(call);
  return /^\w+Exception$/.test(outcome) && outcome !== "UnknownOperationException" ? "refused" : outcome;
}

/** The exception's name with its message, that no document tells. */
export async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    return `${refusalOf(error)}: ${text.replace(/account \d{12}/g, "account ACCOUNT")}`;
  }
}

/** @throws what is no answer of a service */
export function refusalOf(error: unknown): string {
  if (!isSdkError(error)) throw error;
  if (error.name === "TimeoutError") return "no answer";
  const status = error.$metadata?.httpStatusCode;
  return status !== undefined && status >= 500 ? `${status} ${error.name}` : error.name;
}

function isSdkError(error: unknown): error is Error & SdkError {
  return error instanceof Error && (error.name === "TimeoutError" || "$metadata" in error);
}
