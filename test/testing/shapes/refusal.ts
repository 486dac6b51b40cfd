// What a request was refused with, in one line: "ValidationException: 1 validation error detected: ...".

export function refusalOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    // A TypeError out of our own code is no refusal.
    if (!(error instanceof Error && "statusCode" in error)) throw error;
    return `${error.name}: ${error.message}`;
  }
}
