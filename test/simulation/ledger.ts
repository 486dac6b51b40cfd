// What producers sent and what the service told them of it: the producers' side of the evidence.

export interface SentEntry {
  readonly partitionKey: string;
  readonly explicitHashKey: string | undefined;
  readonly data: Uint8Array;
}

export interface Acknowledgement extends SentEntry {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

export class Ledger {
  readonly #sent: SentEntry[] = [];
  readonly #acknowledged: Acknowledgement[] = [];
  #outstanding = 0;

  /** Before its first try. */
  sent(entry: SentEntry): void {
    this.#sent.push(entry);
    this.#outstanding++;
  }

  acknowledged(acknowledgement: Acknowledgement): void {
    this.#acknowledged.push(acknowledgement);
    this.#outstanding--;
  }

  get everySent(): readonly SentEntry[] {
    return this.#sent;
  }

  get everyAcknowledged(): readonly Acknowledgement[] {
    return this.#acknowledged;
  }

  /** Sent, and neither acknowledged nor given up. */
  get outstanding(): number {
    return this.#outstanding;
  }
}
