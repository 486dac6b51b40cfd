// Who makes the calls, and what it claims to speak.

import type { Load } from "../loads.ts";

export interface Contender {
  readonly name: string;
  /** As the sink sees it. */
  readonly speaks: string;
  readonly connect: (endpoint: string, load: Load) => Connection;
}

export interface Connection {
  /** The whole call, its answer decoded. */
  call(): Promise<Answer>;
  /** Its caller has no more use for the answer. */
  done?(answer: Answer): void;
  close(): void;
}

export interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
  readonly FailedRecordCount?: number | undefined;
  readonly Records?:
    | readonly { readonly Data?: Uint8Array | undefined; readonly SequenceNumber?: string | undefined }[]
    | undefined;
}

export const REGION = "us-east-1";
export const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
