// What packing does to payloads, told from their sizes alone: the aggregator's own rules, and not a byte written.

import { type AggregatorOptions, type ResolvedAggregatorOptions, resolveAggregatorOptions } from "./aggregator-options.ts";
import { CallLimit } from "./batch-entries.ts";
import { checkLone, joins, loneForm } from "./container-rules.ts";
import { ContainerSize, type Measurable } from "./container-size.ts";
import { InvalidRecordError } from "./errors.ts";
import type { Payload } from "./frame.ts";
import { type Container, type GroupBy, pack } from "./grouping.ts";
import type { UserRecordInput } from "./records.ts";
import { encodeUtf8, utf8Length } from "./utf8.ts";

export interface PackingEstimate {
  readonly userRecords: number;
  readonly kinesisRecords: number;
  /** Data alone. */
  readonly userBytes: number;
  /** Data and partition key of every Kinesis record, as the service's limits count them. */
  readonly wireBytes: number;
  /** What a user record takes on the wire beside its data: frame, tables, partition keys. */
  readonly overheadPerUserRecord: number;
  /** Of 25 KiB, data and partition key counted: the unit of price of a provisioned stream. */
  readonly putPayloadUnits: { readonly plain: number; readonly packed: number };
  readonly putRecordsCalls: { readonly plain: number; readonly packed: number };
}

const PUT_PAYLOAD_UNIT = 25 * 1024;

interface SizedRecord extends Measurable {
  readonly data: Payload;
}

interface SizedEntry {
  /** Data and partition key. */
  readonly size: number;
}

/**
 * Pure: what packing does to these payload sizes in bytes, or to real records. `plain` is each of them as a Kinesis
 * record of its own. A size has the partition key `partitionKeyOf(index)`, by default one and the same. The answer of a
 * function `outerPartitionKey` is counted as long as the first record's key.
 * @throws as `aggregate`
 * @example
 * ```ts
 * estimatePacking([100, 2_000, 40_000], { groupBy: "none" }).putPayloadUnits; // { plain: 4, packed: 2 }
 * ```
 */
export function estimatePacking(
  records: Iterable<UserRecordInput | number>,
  options: AggregatorOptions & { readonly groupBy: GroupBy; readonly partitionKeyOf?: (index: number) => string },
): PackingEstimate {
  const { groupBy, partitionKeyOf = () => "partition-key" } = options;
  const plain = new Tally();
  let userBytes = 0;
  function* sized(): Iterable<SizedRecord> {
    let index = 0;
    for (const record of records) {
      const sizedRecord = sizedRecordOf(record, () => partitionKeyOf(index));
      index++;
      userBytes += sizedRecord.data.length;
      plain.add(sizedRecord.data.length + utf8Length(sizedRecord.partitionKey));
      yield sizedRecord;
    }
  }
  const packed = new Tally();
  for (const { size } of pack(sized(), groupBy, new SizedContainer(options))) packed.add(size);
  return {
    userRecords: plain.records,
    kinesisRecords: packed.records,
    userBytes,
    wireBytes: packed.bytes,
    overheadPerUserRecord: plain.records === 0 ? 0 : (packed.bytes - userBytes) / plain.records,
    putPayloadUnits: { plain: plain.payloadUnits, packed: packed.payloadUnits },
    putRecordsCalls: { plain: plain.calls, packed: packed.calls },
  };
}

class SizedContainer implements Container<SizedRecord, SizedEntry> {
  readonly #options: ResolvedAggregatorOptions;
  #container = new ContainerSize();
  #first: Payload = { length: 0 };

  constructor(options: AggregatorOptions) {
    this.#options = resolveAggregatorOptions(options);
  }

  add(record: SizedRecord): SizedEntry | undefined {
    const { data } = record;
    this.#container.measure(record, data.length);
    const closed =
      this.#container.count > 0 && !joins(this.#container, this.#options) ? this.#remeasured(record) : undefined;
    if (this.#container.count === 0) {
      checkLone(this.#container, data, this.#options);
      this.#first = data;
    }
    this.#container.take(record);
    return closed;
  }

  flush(): SizedEntry | undefined {
    const { count, size, firstKeyLength } = this.#container;
    if (count === 0) return undefined;
    const isRaw = count === 1 && loneForm(this.#container, this.#first, this.#options) === "raw";
    const isConstant = count > 1 && this.#options.outerPartitionKey === "constant";
    this.#container = new ContainerSize();
    return { size: (isRaw ? this.#first.length : size) + (isConstant ? 1 : firstKeyLength) };
  }

  #remeasured(record: SizedRecord): SizedEntry | undefined {
    const closed = this.flush();
    this.#container.measure(record, record.data.length);
    return closed;
  }
}

/** Kinesis records as they are counted. */
class Tally {
  records = 0;
  bytes = 0;
  payloadUnits = 0;
  calls = 0;
  readonly #limit = new CallLimit();

  add(size: number): void {
    this.records++;
    this.bytes += size;
    this.payloadUnits += Math.ceil(size / PUT_PAYLOAD_UNIT);
    if (this.#limit.begins(size)) this.calls++;
  }
}

/** @throws `KPL_KIT_INVALID_RECORD` */
function sizedRecordOf(record: UserRecordInput | number, partitionKey: () => string): SizedRecord {
  if (typeof record === "number") {
    if (Number.isSafeInteger(record) && record >= 0) {
      return { partitionKey: partitionKey(), data: { length: record } };
    }
    throw new InvalidRecordError("size", record, "a whole number of bytes");
  }
  const { partitionKey: key, explicitHashKey, data } = record;
  return { partitionKey: key, explicitHashKey, data: typeof data === "string" ? encodeUtf8(data) : data };
}
