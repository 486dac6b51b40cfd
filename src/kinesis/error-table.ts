// The table: what each name of the service and each code of the transport means for the call that met it. By names and
// codes alone: a process can hold several copies of the AWS SDK, and each has its own classes.

/** What its caller does about it. */
export type KinesisFailureKind =
  /** Again after a backoff, and slower: a shard's rate, a call's rate, or a quota, which the service tells by the same name. */
  | "throttled"
  /** Again after a backoff: the service, or what lies before it, failed for now. */
  | "transient"
  /** Again after a backoff: there are no valid credentials now, and the next attempt asks the provider for new ones. */
  | "credentials"
  /** Again after a while, 1 s at least: the stream or consumer is being changed, or there already, or the shard has a fresh subscription. */
  | "in-use"
  /** Consumer: a new iterator, after the last record that was fetched. */
  | "expired-iterator"
  /** List from the beginning. */
  | "expired-next-token"
  /** The stream, shard or consumer is not there, or not any more. Producer: the records fail. Consumer: the shard has ended, or the stream is deleted. */
  | "gone"
  /** The caller's own signal. */
  | "aborted"
  /** Waiting changes nothing: the record fails, the consumer stops. */
  | "fatal";

export interface Verdict {
  readonly kind: KinesisFailureKind;
  readonly mayHaveBeenStored: boolean;
}

export const THROTTLED: Verdict = { kind: "throttled", mayHaveBeenStored: false };
/** It may have been performed, and only its answer is missing. */
export const LEFT_OPEN: Verdict = { kind: "transient", mayHaveBeenStored: true };
/** It was not sent, or it was refused for what passes. */
export const NOT_STORED: Verdict = { kind: "transient", mayHaveBeenStored: false };
export const REFUSED: Verdict = { kind: "fatal", mayHaveBeenStored: false };
const NO_CREDENTIALS: Verdict = { kind: "credentials", mayHaveBeenStored: false };

/** Exceptions of the API, of its event streams, and those that all of AWS has in common; entry codes of PutRecords. */
export const SERVICE_NAMES: ReadonlyMap<string, Verdict> = new Map([
  ["ProvisionedThroughputExceededException", THROTTLED],
  ["LimitExceededException", THROTTLED],
  ["KMSThrottlingException", THROTTLED],
  ["BandwidthLimitExceeded", THROTTLED],
  ["RequestLimitExceeded", THROTTLED],
  ["RequestThrottled", THROTTLED],
  ["RequestThrottledException", THROTTLED],
  ["SlowDown", THROTTLED],
  ["ThrottledException", THROTTLED],
  ["Throttling", THROTTLED],
  ["ThrottlingException", THROTTLED],
  ["TooManyRequestsException", THROTTLED],

  ["InternalFailure", LEFT_OPEN],
  ["InternalFailureException", LEFT_OPEN],
  ["InternalServerError", LEFT_OPEN],
  ["ServiceUnavailable", LEFT_OPEN],
  ["ServiceUnavailableException", LEFT_OPEN],
  ["RequestTimeout", LEFT_OPEN],
  ["RequestTimeoutException", LEFT_OPEN],
  ["RequestAbortedException", LEFT_OPEN],

  // A clock that is wrong by minutes. The SDK has now seen the service's, and signs the next attempt by that.
  ["RequestExpired", NOT_STORED],
  ["RequestInTheFuture", NOT_STORED],
  ["RequestTimeTooSkewed", NOT_STORED],

  ["ExpiredToken", NO_CREDENTIALS],
  ["ExpiredTokenException", NO_CREDENTIALS],
  ["TokenRefreshRequired", NO_CREDENTIALS],
  // Of the SDK: the metadata service of an instance can be out for a moment, and a record must not be lost for that.
  ["CredentialsProviderError", NO_CREDENTIALS],
  ["ProviderError", NO_CREDENTIALS],
  ["TokenProviderError", NO_CREDENTIALS],

  ["ResourceInUseException", { kind: "in-use", mayHaveBeenStored: false }],
  ["ResourceNotFoundException", { kind: "gone", mayHaveBeenStored: false }],
  ["ExpiredIteratorException", { kind: "expired-iterator", mayHaveBeenStored: false }],
  ["ExpiredNextTokenException", { kind: "expired-next-token", mayHaveBeenStored: false }],

  // An iterator that is no iterator, a position that is trimmed, a record that is too large.
  ["InvalidArgumentException", REFUSED],
  ["ValidationException", REFUSED],
  ["SerializationException", REFUSED],
  ["UnknownOperationException", REFUSED],
  ["DryRunOperationException", REFUSED],
  ["AccessDeniedException", REFUSED],
  ["InvalidSignatureException", REFUSED],
  ["SignatureDoesNotMatch", REFUSED],
  ["UnrecognizedClientException", REFUSED],
  ["KMSAccessDeniedException", REFUSED],
  ["KMSDisabledException", REFUSED],
  ["KMSInvalidStateException", REFUSED],
  ["KMSNotFoundException", REFUSED],
  ["KMSOptInRequired", REFUSED],
]);

/** By these the service can mean a wrong clock as well as a wrong key. */
export const OF_THE_SIGNATURE: readonly string[] = ["InvalidSignatureException", "SignatureDoesNotMatch"];

/** Codes of Node, of undici, and of ours. What is not here, and no answer of the service, is a mistake in a program. */
export const TRANSPORT_CODES: ReadonlyMap<string, Verdict> = new Map([
  ["ECONNREFUSED", NOT_STORED],
  ["ENOTFOUND", NOT_STORED],
  ["EAI_AGAIN", NOT_STORED],
  ["ENODATA", NOT_STORED],
  ["ESERVFAIL", NOT_STORED],
  ["ETIMEOUT", NOT_STORED],
  ["EADDRNOTAVAIL", NOT_STORED],
  ["EMFILE", NOT_STORED],
  ["ENFILE", NOT_STORED],
  ["UND_ERR_CONNECT_TIMEOUT", NOT_STORED],
  // Of a stream that waits for its connection. The SDK does not retry it: https://github.com/smithy-lang/smithy-typescript/issues/1446
  ["ERR_HTTP2_STREAM_CANCEL", NOT_STORED],
  ["ERR_HTTP2_GOAWAY_SESSION", NOT_STORED],
  ["ERR_HTTP2_INVALID_SESSION", NOT_STORED],
  ["ERR_HTTP2_OUT_OF_STREAMS", NOT_STORED],

  ["ECONNRESET", LEFT_OPEN],
  ["ECONNABORTED", LEFT_OPEN],
  ["EPIPE", LEFT_OPEN],
  ["ENOTCONN", LEFT_OPEN],
  ["ESHUTDOWN", LEFT_OPEN],
  ["ETIMEDOUT", LEFT_OPEN],
  ["ESOCKETTIMEDOUT", LEFT_OPEN],
  ["EHOSTDOWN", LEFT_OPEN],
  ["EHOSTUNREACH", LEFT_OPEN],
  ["ENETDOWN", LEFT_OPEN],
  ["ENETRESET", LEFT_OPEN],
  ["ENETUNREACH", LEFT_OPEN],
  ["ENOBUFS", LEFT_OPEN],
  ["EPROTO", LEFT_OPEN],
  ["ERR_SOCKET_CLOSED", LEFT_OPEN],
  ["ERR_SOCKET_CONNECTION_TIMEOUT", NOT_STORED],
  ["ERR_STREAM_DESTROYED", LEFT_OPEN],
  ["ERR_STREAM_PREMATURE_CLOSE", LEFT_OPEN],
  ["ERR_STREAM_WRITE_AFTER_END", LEFT_OPEN],
  ["ERR_HTTP2_ERROR", LEFT_OPEN],
  ["ERR_HTTP2_INVALID_STREAM", LEFT_OPEN],
  ["ERR_HTTP2_SESSION_ERROR", LEFT_OPEN],
  ["ERR_HTTP2_STREAM_ERROR", LEFT_OPEN],
  ["UND_ERR_BODY_TIMEOUT", LEFT_OPEN],
  ["UND_ERR_HEADERS_TIMEOUT", LEFT_OPEN],
  ["UND_ERR_SOCKET", LEFT_OPEN],

  // A certificate that nobody here trusts is shown before anything is sent, and will be shown again.
  ["CERT_HAS_EXPIRED", REFUSED],
  ["CERT_NOT_YET_VALID", REFUSED],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", REFUSED],
  ["ERR_TLS_CERT_ALTNAME_INVALID", REFUSED],
  ["SELF_SIGNED_CERT_IN_CHAIN", REFUSED],
  ["UNABLE_TO_GET_ISSUER_CERT", REFUSED],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", REFUSED],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", REFUSED],
]);

/** Families of codes: of Node's HTTP parser, which got something else, and of OpenSSL. */
export const TRANSPORT_CODE_FAMILIES: readonly string[] = ["HPE_", "ERR_SSL_"];

/** Without code and status: timeouts, and what the SDK's HTTP/2 handler makes of a broken stream. */
export const TRANSPORT_NAMES: readonly string[] = ["AbortError", "TimeoutError"];
export const TRANSPORT_MESSAGES: readonly string[] = [
  "Unexpected error: http2 request did not get a response",
  "HTTP/2 stream is abnormally aborted in mid-communication",
];
