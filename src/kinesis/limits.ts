// The service's numbers, as its documentation had them in November 2026. "Quotas" is the developer guide's page
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html, API_X is
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_X.html. Where these pages say MB, others of them say MiB for
// the same limit.

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

export interface KinesisLimits {
  /** Of one shard, in records. API_PutRecords. */
  readonly writeRecordsPerSecond: number;
  /** Of one shard, data and partition keys together. API_PutRecords, Quotas. */
  readonly writeBytesPerSecond: number;
  /** Entries of one PutRecords. API_PutRecords. */
  readonly putRecordsEntries: number;
  /** Data and partition keys of one PutRecords. API_PutRecords. */
  readonly putRecordsBytes: number;
  /**
   * Data and partition key of one record, unless the stream is set otherwise.
   * https://docs.aws.amazon.com/streams/latest/dev/large-records.html
   */
  readonly recordBytes: number;
  /** The least that a stream's maximum record size can be set to. API_UpdateMaxRecordSize. */
  readonly leastMaxRecordBytes: number;
  /** The most that a stream's maximum record size can be set to. API_UpdateMaxRecordSize. */
  readonly mostMaxRecordBytes: number;
  /** Unicode characters of a partition key. API_PutRecords. */
  readonly partitionKeyCharacters: number;

  /** GetRecords of one shard. API_GetRecords, Quotas. */
  readonly readCallsPerSecond: number;
  /** GetRecords of one shard, all readers together. API_GetRecords, Quotas. */
  readonly readBytesPerSecond: number;
  /** Records of one GetRecords. API_GetRecords. */
  readonly getRecordsRecords: number;
  /** Data and partition keys of the records of one GetRecords; after so many the shard refuses reads for 5 s. API_GetRecords. */
  readonly getRecordsBytes: number;
  /** GetShardIterator of one shard. API_GetShardIterator. */
  readonly shardIteratorCallsPerSecond: number;
  /** How long a shard iterator can be used, in milliseconds. API_GetShardIterator. */
  readonly iteratorLifeMs: number;

  /** Of one shard to each registered consumer. API_RegisterStreamConsumer. */
  readonly fanOutBytesPerSecond: number;
  /** SubscribeToShard of one shard and consumer. API_SubscribeToShard. */
  readonly subscribeCallsPerSecond: number;
  /** How long a subscription pushes, in milliseconds. API_SubscribeToShard. */
  readonly subscriptionLifeMs: number;
  /** How long after a successful SubscribeToShard another one of the same consumer and shard is refused, in milliseconds. API_SubscribeToShard. */
  readonly takeoverAfterMs: number;
  /** Registered consumers of one stream; 50 with On-demand Advantage. API_RegisterStreamConsumer. */
  readonly consumersPerStream: number;

  /** ListShards of one stream. API_ListShards. */
  readonly listShardsCallsPerSecond: number;
  /** Shards of one page of ListShards, whatever MaxResults says. API_ListShards. */
  readonly listShardsShards: number;
  /** How long a NextToken can be used, in milliseconds. API_ListShards, API_ListStreamConsumers. */
  readonly tokenLifeMs: number;
  /** DescribeStreamSummary of one account. API_DescribeStreamSummary. */
  readonly describeStreamSummaryCallsPerSecond: number;

  /** How long a new stream keeps its records, in milliseconds; also the least it can be set to. API_DecreaseStreamRetentionPeriod. */
  readonly retentionMs: number;
  /** The longest that a stream can be set to keep its records, in milliseconds. API_IncreaseStreamRetentionPeriod. */
  readonly mostRetentionMs: number;
  /** Open shards of all provisioned streams of an account, by default, in the largest regions. Quotas. */
  readonly shardsPerAccount: number;
  /** Streams, and consumers of a stream, that may be in CREATING at a time. API_CreateStream, API_RegisterStreamConsumer. */
  readonly creatingAtOnce: number;
  /** UpdateShardCount of one stream in 24 hours. API_UpdateShardCount. */
  readonly shardCountUpdatesPerDay: number;
}

/** What Kinesis Data Streams allows where nobody has raised it. */
export const KINESIS_LIMITS: KinesisLimits = Object.freeze({
  writeRecordsPerSecond: 1_000,
  writeBytesPerSecond: MIB,
  putRecordsEntries: 500,
  putRecordsBytes: 10 * MIB,
  recordBytes: MIB,
  leastMaxRecordBytes: 1_024 * KIB,
  mostMaxRecordBytes: 10_240 * KIB,
  partitionKeyCharacters: 256,

  readCallsPerSecond: 5,
  readBytesPerSecond: 2 * MIB,
  getRecordsRecords: 10_000,
  getRecordsBytes: 10 * MIB,
  shardIteratorCallsPerSecond: 5,
  iteratorLifeMs: 300 * SECOND_MS,

  fanOutBytesPerSecond: 2 * MIB,
  subscribeCallsPerSecond: 1,
  subscriptionLifeMs: 300 * SECOND_MS,
  takeoverAfterMs: 5 * SECOND_MS,
  consumersPerStream: 20,

  listShardsCallsPerSecond: 1_000,
  listShardsShards: 1_000,
  tokenLifeMs: 300 * SECOND_MS,
  describeStreamSummaryCallsPerSecond: 20,

  retentionMs: 24 * HOUR_MS,
  mostRetentionMs: 8_760 * HOUR_MS,
  shardsPerAccount: 20_000,
  creatingAtOnce: 5,
  shardCountUpdatesPerDay: 10,
});
