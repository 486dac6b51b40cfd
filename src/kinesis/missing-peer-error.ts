import { KplKitError } from "../codec/index.ts";

/** An optional peer that is needed now is not installed. */
export class MissingPeerError extends KplKitError {
  readonly code = "KPL_KIT_MISSING_PEER";
  readonly retryable = false;
  /** What to install. */
  readonly packageName: string;

  constructor(packageName: string, cause: unknown) {
    super(`${packageName} is not installed. Run: npm install ${packageName}`, { cause });
    this.packageName = packageName;
  }
}
