// What a reader keeps over its restarts: of each shard that it knows its parents and how far it has come. As the KCL does,
// children are written down before their parent is at its end, so that nobody has to find them in a listing again.

export interface Family {
  readonly shardId: string;
  readonly parents: readonly string[];
}

export class Checkpoints {
  readonly #parents = new Map<string, readonly string[]>();
  readonly #sequenceNumbers = new Map<string, string>();
  readonly #ended = new Set<string>();

  /** Nothing, if the shard is known. */
  add({ parents, shardId }: Family): void {
    if (!this.#parents.has(shardId)) this.#parents.set(shardId, parents);
  }

  /** Undefined: from the beginning. */
  of(shardId: string): string | undefined {
    return this.#sequenceNumbers.get(shardId);
  }

  save(shardId: string, sequenceNumber: string): void {
    this.#sequenceNumbers.set(shardId, sequenceNumber);
  }

  end(shardId: string, children: readonly Family[]): void {
    for (const child of children) this.add(child);
    this.#ended.add(shardId);
  }

  /** Not read to the end, though all of their parents are. */
  get readable(): readonly string[] {
    return [...this.#parents]
      .filter(([shardId, parents]) => !this.#ended.has(shardId) && parents.every((parent) => this.#ended.has(parent)))
      .map(([shardId]) => shardId);
  }
}
