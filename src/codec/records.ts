// What goes in at one end and comes out at the other.

export interface UserRecordInput {
  /** 1 to 256 Unicode characters. */
  readonly partitionKey: string;
  /** Decimal 0 to 2^128-1; text is trimmed and made canonical, as the KPL does ("007" is 7). */
  readonly explicitHashKey?: string | bigint | undefined;
  /** Text is UTF-8; a lone surrogate in it becomes U+FFFD, as everywhere on the platform. */
  readonly data: Uint8Array | string;
}

/** Goes straight into PutRecords, by way of `batchEntries`, which leaves out what the service does not know. */
export interface PackedEntry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
  /** Always set, as the KPL does: the hash key of the first user record. */
  readonly ExplicitHashKey: string;
  /** How many user records it carries: what a failed entry of PutRecords stands for. */
  readonly userRecordCount: number;
}
