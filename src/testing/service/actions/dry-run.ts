// "Checks if your request will succeed": a call with DryRun does all but what it was made for.

import { ServiceError } from "../../service-error.ts";

/** To be called where nothing but doing it is left. @throws `ServiceError` DryRunOperationException */
export function refuseDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return;
  throw new ServiceError(
    "DryRunOperationException",
    "The request was rejected because the DryRun parameter was specified.",
  );
}
