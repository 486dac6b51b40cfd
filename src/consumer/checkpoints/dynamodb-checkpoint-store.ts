import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvalidOptionError } from "../../codec/index.ts";
import { type Clock, systemClock } from "../../kinesis/index.ts";
import type { Checkpoint, CheckpointStore } from "../checkpoint.ts";
import { type DynamoDBCalls, dynamoDBCalls, isNamed } from "./dynamodb-calls.ts";
import { CheckpointContestedError, CheckpointTableTakenError, LeaseRowUnreadableError } from "./errors.ts";
import { checkpointUpdate, counterAfterWrite, type Found, type Item, judgeRow, readLeaseRow } from "./lease-row.ts";
import { ensureLeaseTable } from "./lease-table.ts";
import { checkedCopy, checkName } from "./own-checkpoint.ts";

export interface DynamoDBCheckpointStoreOptions {
  /** A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. @defaultValue `new DynamoDBClient({})` */
  readonly dynamodb?: unknown;
  /** The KCL's application name. 3 to 255 letters, digits, and any of _ . - */
  readonly tableName: string;
  /** For the waiting until a new table is active. @defaultValue systemClock */
  readonly clock?: Clock;
}

/** Each of them was another's write, between our reading of the row and our writing. */
const MOST_TRIES = 10;

/**
 * Checkpoints in the lease table of a KCL application, one row a shard, so that a KCL 2.x or 3.x worker, a Java one too, can
 * take over where this reader stopped, and the other way round. One table for each stream and application, made if it is
 * missing (`dynamodb:CreateTable`, `DescribeTable`, `Scan`, `GetItem`, `UpdateItem`).
 *
 * It takes no leases: stop the workers before a reader begins. A shard that somebody else works on all the same is not
 * fought for: `KPL_KIT_CHECKPOINT_CONTESTED`. What this store itself has read or written last, a later save may turn back,
 * as for a replay; what another has written since, or before this store has read it, is never turned back.
 * @example
 * ```ts
 * const checkpointStore = new DynamoDBCheckpointStore({ tableName: "order-mailer" });
 * ```
 */
export class DynamoDBCheckpointStore implements CheckpointStore {
  readonly #calls: DynamoDBCalls;
  readonly #tableName: string;
  readonly #clock: Clock;
  /** Each row as this store has last read or written it. */
  readonly #seen: Map<string, Found> = new Map();
  /** The last save of each shard: they go one after the other. */
  readonly #saves: Map<string, Promise<void>> = new Map();
  #streamName: string | undefined;
  #table: Promise<void> | undefined;

  /** @throws `KPL_KIT_INVALID_OPTION` */
  constructor({ clock = systemClock, dynamodb, tableName }: DynamoDBCheckpointStoreOptions) {
    if (typeof tableName !== "string" || !/^[\w.-]{3,255}$/.test(tableName)) {
      throw new InvalidOptionError("tableName", tableName, "3 to 255 letters, digits, and any of _ . -");
    }
    if (dynamodb !== undefined && typeof (dynamodb as DynamoDBClient | null)?.send !== "function") {
      throw new InvalidOptionError("dynamodb", dynamodb, "a DynamoDBClient of the AWS SDK");
    }
    this.#calls = dynamoDBCalls(dynamodb as DynamoDBClient | undefined);
    this.#tableName = tableName;
    this.#clock = clock;
  }

  /**
   * @throws `KPL_KIT_LEASE_ROW_UNREADABLE`, `KPL_KIT_CHECKPOINT_TABLE_TAKEN`, `KPL_KIT_CHECKPOINT_TABLE_UNUSABLE`,
   * `KPL_KIT_MISSING_PEER`, `KPL_KIT_INVALID_OPTION`; what the SDK throws, after its own retries
   */
  async load(streamName: string): Promise<ReadonlyMap<string, Checkpoint>> {
    this.#bindTo(streamName);
    await this.#tableIsReady();
    const checkpoints = new Map<string, Checkpoint>();
    for await (const item of this.#items()) {
      const row = readLeaseRow(this.#tableName, item);
      if (!row) continue;
      checkpoints.set(row.shardId, row.checkpoint);
      // A save may have been faster than the page that told of the row.
      if (counterOf(row) >= counterOf(this.#seen.get(row.shardId))) this.#seen.set(row.shardId, row);
    }
    return checkpoints;
  }

  /**
   * @throws `KPL_KIT_CHECKPOINT_CONTESTED`, `KPL_KIT_LEASE_ROW_UNREADABLE`, `KPL_KIT_CHECKPOINT_TABLE_TAKEN`,
   * `KPL_KIT_CHECKPOINT_TABLE_UNUSABLE`, `KPL_KIT_MISSING_PEER`, `KPL_KIT_INVALID_POSITION`, `KPL_KIT_INVALID_OPTION`; what
   * the SDK throws, after its own retries
   */
  async save(streamName: string, shardId: string, checkpoint: Checkpoint): Promise<void> {
    this.#bindTo(streamName);
    checkName("shardId", shardId);
    const wanted = checkedCopy(checkpoint);
    const before = this.#saves.get(shardId) ?? Promise.resolve();
    const save = before.then(() => this.#write(shardId, wanted));
    this.#saves.set(
      shardId,
      save.catch(() => {}), // told to its own caller
    );
    await save;
  }

  async #write(shardId: string, wanted: Checkpoint): Promise<void> {
    await this.#tableIsReady();
    let found = this.#seen.get(shardId);
    let before: Found | undefined;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (found === undefined) {
        found = await this.#find(shardId);
        const verdict = judgeRow(found, before, wanted);
        if (verdict === "contested") throw new CheckpointContestedError(this.#tableName, shardId, wanted, found);
        if (verdict === "stored") {
          this.#seen.set(shardId, found);
          return;
        }
      }
      if (await this.#update(shardId, found, wanted)) {
        const owner = found === "absent" ? undefined : found.owner;
        this.#seen.set(shardId, { shardId, checkpoint: wanted, leaseCounter: counterAfterWrite(found), owner });
        return;
      }
      before = found;
      found = undefined;
    }
    throw new CheckpointContestedError(this.#tableName, shardId, wanted, before);
  }

  /** False where the row is no longer as it was found. */
  async #update(shardId: string, found: Found, wanted: Checkpoint): Promise<boolean> {
    try {
      await this.#calls.updateItem(checkpointUpdate(this.#tableName, shardId, found, wanted));
      return true;
    } catch (error) {
      if (isNamed(error, "ConditionalCheckFailedException")) return false;
      // It may have gone through all the same; then the counter that we know is our own last but one.
      this.#seen.delete(shardId);
      throw error;
    }
  }

  async #find(shardId: string): Promise<Found> {
    const { Item: item } = await this.#calls.getItem({
      TableName: this.#tableName,
      Key: { leaseKey: { S: shardId } },
      ConsistentRead: true,
    });
    if (!item) return "absent";
    const row = readLeaseRow(this.#tableName, item);
    if (row) return row;
    throw new LeaseRowUnreadableError(this.#tableName, shardId, "it is of another kind");
  }

  async *#items(): AsyncGenerator<Item> {
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.#calls.scan({ TableName: this.#tableName, ConsistentRead: true, ExclusiveStartKey });
      yield* page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /** Looked for once, and again after a failure. */
  async #tableIsReady(): Promise<void> {
    this.#table ??= ensureLeaseTable(this.#calls, this.#tableName, this.#clock).catch((error: unknown) => {
      this.#table = undefined;
      throw error;
    });
    await this.#table;
  }

  #bindTo(streamName: string): void {
    checkName("streamName", streamName);
    this.#streamName ??= streamName;
    if (streamName !== this.#streamName) {
      throw new CheckpointTableTakenError(this.#tableName, this.#streamName, streamName);
    }
  }
}

function counterOf(found: Found | undefined): number {
  return found === undefined || found === "absent" ? -1 : (found.leaseCounter ?? -1);
}
