// An event with a record for each user record, for what knows nothing of aggregates: Powertools, middy, a handler from before.

import { collapseBatchItemFailures } from "./batch-response.ts";
import { type BatchResponse, type KinesisEventLike, type KinesisEventRecordLike, recordsOf } from "./kinesis-event.ts";
import { toBase64 } from "./platform.ts";
import { checkMalformedOptions, type MalformedOptions, unpack } from "./user-records.ts";

/**
 * A copy of the event, in order. Each record has its user record's partition key and data, and the sequence number of its
 * Kinesis record, so that a reply of sequence numbers holds. `eventID` tells members of an aggregate apart, with their
 * sub-sequence number behind it: the one field that survives a parser. It must not be replied.
 * @throws `KPL_KIT_MALFORMED_AGGREGATE` where `onMalformed` says so, `KPL_KIT_INVALID_RECORD`, `KPL_KIT_INVALID_OPTION`
 * @example
 * ```ts
 * export const handler = (event: KinesisStreamEvent) => handlerFromBefore(expandKinesisEvent(event));
 * ```
 */
export function expandKinesisEvent<Event extends KinesisEventLike>(
  event: Event,
  options: MalformedOptions = {},
): Event {
  checkMalformedOptions(options);
  return { ...event, Records: recordsOf(event).flatMap((record) => expanded(record, options)) };
}

function expanded(record: KinesisEventRecordLike, options: MalformedOptions): readonly KinesisEventRecordLike[] {
  const { error, userRecords } = unpack(record, options);
  if (error) throw error;
  const [only] = userRecords;
  if (only && !only.aggregated) return [record];
  return userRecords.map(({ data, partitionKey = "", subSequenceNumber }) => ({
    ...record,
    eventID: `${record.eventID}:${subSequenceNumber}`,
    kinesis: { ...record.kinesis, data: toBase64(data), partitionKey },
  }));
}

interface MiddyRequest {
  event: unknown;
  response: unknown;
}

/**
 * For middy: put it before `event-batch-response`, and all that follows, your handler too, has user records. The reply is
 * collapsed to the one Kinesis record that counts.
 * @throws as `expandKinesisEvent` and `collapseBatchItemFailures`, in the middleware
 * @example
 * ```ts
 * export const handler = middy().use(middyDeaggregate()).use(eventBatchResponse()).handler(handle);
 * ```
 */
export function middyDeaggregate(options: MalformedOptions = {}): {
  before(request: MiddyRequest): void;
  after(request: MiddyRequest): void;
  onError(request: MiddyRequest): void;
} {
  checkMalformedOptions(options);
  const collapse = (request: MiddyRequest): void => {
    const { response } = request;
    const reply = collapseBatchItemFailures(response as Partial<BatchResponse> | undefined);
    request.response = { ...(response as object | undefined), ...reply };
  };
  return {
    before: (request) => {
      request.event = expandKinesisEvent(request.event as KinesisEventLike, options);
    },
    // A handler that replies nothing says that all is done, as it does to Lambda.
    after: collapse,
    onError: (request) => {
      // Of whoever replies in the place of the error; without a reply it is Lambda's.
      if (request.response) collapse(request);
    },
  };
}
