// Who reads in Node, and where.

import type { Tally } from "../tally.ts";

export interface Contender {
  /** How its user gets the data of a user record. */
  readonly data: "bytes" | "base64";
  /** Reads all shards from their beginning, without end. Rejects when it cannot go on. */
  readonly read: (place: Place, tally: Tally) => Promise<void>;
}

export interface Place {
  /** Of Kinesis. */
  readonly endpoint: string;
  /** Of DynamoDB. */
  readonly tables: string;
}
