// What is done about an error, by all that an error can say of itself. Where errors come from for real, see
// errors-by-every-door.test.ts and transport-errors.test.ts.

import * as sdk from "@aws-sdk/client-kinesis";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { classifyEntry, classifyError, type KinesisFailureKind, MalformedCborError } from "../../src/kinesis/index.ts";

const RETRYABLE: Readonly<Record<KinesisFailureKind, boolean>> = {
  throttled: true,
  transient: true,
  credentials: true,
  "in-use": true,
  "expired-iterator": false,
  "expired-next-token": false,
  gone: false,
  aborted: false,
  fatal: false,
};

type Means = `${KinesisFailureKind}${" or stored" | ""}`;

/** "transient or stored": to try again may store it twice. */
function meaning(error: unknown, options?: Parameters<typeof classifyError>[1]): Means {
  const { kind, mayHaveBeenStored, retryable } = classifyError(error, options);
  expect(retryable).toBe(RETRYABLE[kind]);
  return mayHaveBeenStored ? `${kind} or stored` : kind;
}

function errorWith(fields: object, message = "in its words"): Error {
  return Object.defineProperties(new Error(message), Object.getOwnPropertyDescriptors(fields));
}

/** Each exception of the API, by its name. */
const OF_THE_API: Readonly<Record<string, Means>> = {
  AccessDeniedException: "fatal",
  DryRunOperationException: "fatal",
  ExpiredIteratorException: "expired-iterator",
  ExpiredNextTokenException: "expired-next-token",
  InternalFailureException: "transient or stored",
  InvalidArgumentException: "fatal",
  KMSAccessDeniedException: "fatal",
  KMSDisabledException: "fatal",
  KMSInvalidStateException: "fatal",
  KMSNotFoundException: "fatal",
  KMSOptInRequired: "fatal",
  KMSThrottlingException: "throttled",
  LimitExceededException: "throttled",
  ProvisionedThroughputExceededException: "throttled",
  ResourceInUseException: "in-use",
  ResourceNotFoundException: "gone",
  ValidationException: "fatal",
};

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html, and what other services and SDKs call the same. */
const OF_ALL_OF_AWS: Readonly<Record<string, Means>> = {
  BandwidthLimitExceeded: "throttled",
  RequestLimitExceeded: "throttled",
  RequestThrottled: "throttled",
  RequestThrottledException: "throttled",
  SlowDown: "throttled",
  ThrottledException: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
  InternalFailure: "transient or stored",
  InternalServerError: "transient or stored",
  ServiceUnavailable: "transient or stored",
  ServiceUnavailableException: "transient or stored",
  RequestAbortedException: "transient or stored",
  RequestTimeout: "transient or stored",
  RequestTimeoutException: "transient or stored",
  RequestExpired: "transient",
  RequestInTheFuture: "transient",
  RequestTimeTooSkewed: "transient",
  ExpiredToken: "credentials",
  ExpiredTokenException: "credentials",
  TokenRefreshRequired: "credentials",
  CredentialsProviderError: "credentials",
  ProviderError: "credentials",
  TokenProviderError: "credentials",
  InvalidSignatureException: "fatal",
  SignatureDoesNotMatch: "fatal",
  SerializationException: "fatal",
  UnknownOperationException: "fatal",
  UnrecognizedClientException: "fatal",
};

describe("by the service's name", () => {
  const classes = Object.values(sdk)
    .filter((each) => typeof each === "function" && each.prototype instanceof sdk.KinesisServiceException)
    .map((each) => each as typeof sdk.ResourceNotFoundException);

  it("every exception that the SDK has is in this table", () => {
    // One of an older SDK lacks some.
    expect(classes.length).toBeGreaterThan(10);
    expect(classes.map(({ name }) => name).filter((name) => !Object.hasOwn(OF_THE_API, name))).toEqual([]);
  });

  it.each(classes)("$name of the SDK's own class", (Exception) => {
    const metadata = { httpStatusCode: 400 };
    expect(meaning(new Exception({ message: "", $metadata: metadata }))).toBe(OF_THE_API[Exception.name]);
    // In the middle of an event stream.
    expect(meaning(new Exception({ message: "", $metadata: {} }))).toBe(OF_THE_API[Exception.name]);
  });

  it.each(Object.entries({ ...OF_THE_API, ...OF_ALL_OF_AWS }))("%s of any class: %s", (name, means) => {
    expect(meaning(errorWith({ name }))).toBe(means);
    expect(meaning({ name })).toBe(means);
    expect(classifyError({ name }).code).toBe(name);
    // An older SDK, or Node, says more than a name; the name says most.
    expect(meaning(errorWith({ name, code: "ECONNRESET", $fault: "server", $retryable: { throttling: true } }))).toBe(
      means,
    );
  });

  it("other services' and new ones by their status, and by whose fault it is", () => {
    const of = (fields: object) => meaning(errorWith({ name: "SomethingNew", ...fields }));
    expect(of({ $fault: "client", $metadata: { httpStatusCode: 400 } })).toBe("fatal");
    expect(of({ $fault: "server", $metadata: { httpStatusCode: 500 } })).toBe("transient or stored");
    expect(of({ $fault: "client" })).toBe("fatal");
    expect(of({ $fault: "server" })).toBe("transient or stored");
    expect(of({ $fault: "client", $retryable: {}, $metadata: { httpStatusCode: 400 } })).toBe("transient or stored");
    expect(of({ $fault: "client", $retryable: { throttling: true } })).toBe("throttled");
    expect(of({ $fault: "client", $retryable: undefined })).toBe("fatal");
  });
});

describe("by the status of an answer that names nothing", () => {
  it.each<[number, Means]>([
    [301, "fatal"],
    [400, "fatal"],
    [403, "fatal"],
    [404, "fatal"],
    [407, "fatal"],
    [408, "transient or stored"],
    [413, "fatal"],
    [429, "throttled"],
    [500, "transient or stored"],
    [502, "transient or stored"],
    [503, "transient or stored"],
    [504, "transient or stored"],
    [599, "transient or stored"],
  ])("%i: %s", (httpStatusCode, means) => {
    const $fault = httpStatusCode < 500 ? "client" : "server";
    const failure = errorWith({ name: "Unknown", $fault, $metadata: { httpStatusCode } });
    expect(meaning(failure)).toBe(means);
    expect(classifyError(failure).code).toBe(`HTTP ${httpStatusCode}`);
  });
});

describe("an answer that cannot be read", () => {
  const page = (status?: number) => Object.assign(new SyntaxError("Unexpected token '<'"), metadata(status));
  const cbor = (status?: number) => Object.assign(new MalformedCborError(7, "the bytes end here"), metadata(status));
  const metadata = (httpStatusCode?: number) => (httpStatusCode ? { $metadata: { httpStatusCode } } : {});

  it.each<[number | undefined, Means]>([
    // Half of an answer, over HTTP/2: it had been stored.
    [200, "transient or stored"],
    // An event.
    [undefined, "transient or stored"],
    // Half of a refusal: which one it was, a throttle perhaps, is lost.
    [400, "transient"],
    // A proxy's pages.
    [302, "fatal"],
    [403, "fatal"],
    [404, "fatal"],
    [429, "throttled"],
    [502, "transient or stored"],
    [503, "transient or stored"],
  ])("with status %s: %s", (status, means) => {
    expect(meaning(page(status))).toBe(means);
    expect(meaning(cbor(status))).toBe(means);
  });

  it("is told by its status, or by what could not be read", () => {
    expect(classifyError(page(503)).code).toBe("HTTP 503");
    expect(classifyError(page(200)).code).toBe("SyntaxError");
    expect(classifyError(cbor(200)).code).toBe("KPL_KIT_MALFORMED_CBOR");
  });
});

describe("by the transport's code", () => {
  it.each<[string, Means]>([
    ["ECONNREFUSED", "transient"],
    ["ENOTFOUND", "transient"],
    ["EAI_AGAIN", "transient"],
    ["ENODATA", "transient"],
    ["ESERVFAIL", "transient"],
    ["ETIMEOUT", "transient"],
    ["EADDRNOTAVAIL", "transient"],
    ["EMFILE", "transient"],
    ["ENFILE", "transient"],
    ["ERR_SOCKET_CONNECTION_TIMEOUT", "transient"],
    ["UND_ERR_CONNECT_TIMEOUT", "transient"],
    ["ERR_HTTP2_STREAM_CANCEL", "transient"],
    ["ERR_HTTP2_GOAWAY_SESSION", "transient"],
    ["ERR_HTTP2_INVALID_SESSION", "transient"],
    ["ERR_HTTP2_OUT_OF_STREAMS", "transient"],
    ["ECONNRESET", "transient or stored"],
    ["ECONNABORTED", "transient or stored"],
    ["EPIPE", "transient or stored"],
    ["ENOTCONN", "transient or stored"],
    ["ESHUTDOWN", "transient or stored"],
    ["ETIMEDOUT", "transient or stored"],
    ["ESOCKETTIMEDOUT", "transient or stored"],
    ["EHOSTDOWN", "transient or stored"],
    ["EHOSTUNREACH", "transient or stored"],
    ["ENETDOWN", "transient or stored"],
    ["ENETRESET", "transient or stored"],
    ["ENETUNREACH", "transient or stored"],
    ["ENOBUFS", "transient or stored"],
    ["EPROTO", "transient or stored"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "transient or stored"],
    ["HPE_INVALID_CONSTANT", "transient or stored"],
    ["ERR_SOCKET_CLOSED", "transient or stored"],
    ["ERR_STREAM_DESTROYED", "transient or stored"],
    ["ERR_STREAM_PREMATURE_CLOSE", "transient or stored"],
    ["ERR_STREAM_WRITE_AFTER_END", "transient or stored"],
    ["ERR_HTTP2_ERROR", "transient or stored"],
    ["ERR_HTTP2_INVALID_STREAM", "transient or stored"],
    ["ERR_HTTP2_SESSION_ERROR", "transient or stored"],
    ["ERR_HTTP2_STREAM_ERROR", "transient or stored"],
    ["UND_ERR_BODY_TIMEOUT", "transient or stored"],
    ["UND_ERR_HEADERS_TIMEOUT", "transient or stored"],
    ["UND_ERR_SOCKET", "transient or stored"],
    ["CERT_HAS_EXPIRED", "fatal"],
    ["CERT_NOT_YET_VALID", "fatal"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "fatal"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "fatal"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "fatal"],
    ["UNABLE_TO_GET_ISSUER_CERT", "fatal"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "fatal"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "fatal"],
    // Mistakes of a program, which another attempt repeats.
    ["ERR_INVALID_URL", "fatal or stored"],
    ["ERR_INVALID_ARG_TYPE", "fatal or stored"],
    ["ERR_HTTP2_INVALID_HEADER_VALUE", "fatal or stored"],
    ["MODULE_NOT_FOUND", "fatal or stored"],
  ])("%s: %s", (code, means) => {
    expect(meaning(errorWith({ code }))).toBe(means);
    // The SDK's HTTP/1.1 handler calls some of them so.
    expect(meaning(errorWith({ name: "TimeoutError", code }))).toBe(
      means.startsWith("fatal or") ? "transient or stored" : means,
    );
    if (!means.startsWith("fatal or")) expect(classifyError(errorWith({ code })).code).toBe(code);
  });

  it.each(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET"])(
    "%s of a connection that was never made",
    (code) => {
      expect(meaning(errorWith({ code, syscall: "connect" }))).toBe("transient");
      expect(meaning(errorWith({ code, syscall: "read" }))).toBe("transient or stored");
    },
  );

  it("a stream that the service refused was not processed (RFC 9113, 8.7)", () => {
    const closed = (why: string) =>
      meaning(errorWith({ code: "ERR_HTTP2_STREAM_ERROR" }, `Stream closed with error code ${why}`));
    expect(closed("NGHTTP2_REFUSED_STREAM")).toBe("transient");
    expect(closed("NGHTTP2_INTERNAL_ERROR")).toBe("transient or stored");
  });

  it.each([
    "Unexpected error: http2 request did not get a response",
    "HTTP/2 stream is abnormally aborted in mid-communication with result code 2.",
  ])("without one: %s", (message) => {
    expect(meaning(new Error(message))).toBe("transient or stored");
    expect(meaning(errorWith({ name: "TimeoutError" }, message))).toBe("transient or stored");
  });

  it("a timeout, the SDK's or a signal's", () => {
    expect(meaning(errorWith({ name: "TimeoutError" }))).toBe("transient or stored");
    expect(meaning(new DOMException("too late", "TimeoutError"))).toBe("transient or stored");
  });
});

describe("by its cause", () => {
  const wrapped = (cause: unknown, fields: object = {}) => errorWith({ ...fields, cause });

  it("undici's 'fetch failed', and whoever else wraps what was thrown", () => {
    expect(meaning(new TypeError("fetch failed", { cause: errorWith({ code: "ECONNREFUSED" }) }))).toBe("transient");
    const throttled = errorWith({ name: "ProvisionedThroughputExceededException" });
    expect(classifyError(wrapped(wrapped(throttled)))).toMatchObject({ kind: "throttled", code: throttled.name });
  });

  it("HTTP/2: what happened to the connection, and that the stream never left", () => {
    const canceled = (code: string) => wrapped(errorWith({ code }), { code: "ERR_HTTP2_STREAM_CANCEL" });
    expect(meaning(canceled("ECONNREFUSED"))).toBe("transient");
    expect(meaning(canceled("ECONNRESET"))).toBe("transient");
    expect(meaning(canceled("DEPTH_ZERO_SELF_SIGNED_CERT"))).toBe("fatal");
    expect(classifyError(canceled("ETIMEDOUT")).code).toBe("ETIMEDOUT");
    expect(meaning(canceled("NEVER_HEARD_OF"))).toBe("transient");
  });

  it("a host of several addresses, none of which answers", () => {
    const refused = errorWith({ code: "ECONNREFUSED", syscall: "connect" });
    expect(meaning(Object.assign(new AggregateError([refused, refused]), { code: "ETIMEDOUT" }))).toBe("transient");
    expect(meaning(new AggregateError([]))).toBe("fatal or stored");
  });

  it("its own name says more than its cause", () => {
    const lost = errorWith({ code: "ECONNREFUSED" });
    expect(meaning(wrapped(lost, { name: "CredentialsProviderError" }))).toBe("credentials");
    expect(meaning(wrapped(lost, { name: "AccessDeniedException" }))).toBe("fatal");
  });

  it("a cause that says nothing leaves it to the error", () => {
    expect(meaning(wrapped("why", { code: "EPIPE" }))).toBe("transient or stored");
    expect(meaning(wrapped(new TypeError("x"), { $fault: "client" }))).toBe("fatal");
  });

  it("that is the error itself", () => {
    const ring = new Error("ring") as Error & { cause: unknown };
    ring.cause = { cause: ring };
    expect(meaning(ring)).toBe("fatal or stored");
  });
});

describe("the caller's own abort", () => {
  const abort = errorWith({ name: "AbortError" }, "Request aborted");
  const aborted = { signal: AbortSignal.abort() };
  const waiting = { signal: new AbortController().signal };

  it("is no failure to try again", () => {
    expect(meaning(abort)).toBe("aborted or stored");
    expect(meaning(abort, aborted)).toBe("aborted or stored");
    expect(meaning(new DOMException("no more", "AbortError"))).toBe("aborted or stored");
    expect(meaning(errorWith({ name: "AbortError", code: "ABORT_ERR" }))).toBe("aborted or stored");
    expect(classifyError(abort)).toMatchObject({ retryable: false, code: "AbortError" });
  });

  it("looks like a broken connection to the reader of an event stream, and like its reason to who sleeps", () => {
    const cut = errorWith({ code: "ECONNRESET" }, "aborted");
    expect(meaning(cut, aborted)).toBe("aborted or stored");
    expect(meaning(cut, waiting)).toBe("transient or stored");
    expect(meaning("enough", aborted)).toBe("aborted or stored");
    expect(meaning(undefined, aborted)).toBe("aborted or stored");
  });

  it("does not store what the service has refused", () => {
    expect(meaning(errorWith({ name: "ValidationException" }), aborted)).toBe("aborted");
  });

  it("is somebody else's timeout while the caller's signal stands", () => {
    expect(meaning(abort, waiting)).toBe("transient or stored");
    const late = errorWith({ name: "AbortError", cause: new DOMException("too late", "TimeoutError") });
    expect(meaning(late, waiting)).toBe("transient or stored");
    expect(meaning(late)).toBe("aborted or stored");
  });
});

describe("a clock that is wrong", () => {
  it.each(["InvalidSignatureException", "SignatureDoesNotMatch"])("%s: the SDK has seen it, and signs anew", (name) => {
    expect(meaning(errorWith({ name, $metadata: { clockSkewCorrected: true } }))).toBe("transient");
    expect(meaning(errorWith({ name, $metadata: { clockSkewCorrected: false } }))).toBe("fatal");
  });

  it.each<[string, Means]>([
    [
      "Signature expired: 20261121T120000Z is now earlier than 20261121T121500Z (20261121T122000Z - 5 min.)",
      "transient",
    ],
    ["Signature not yet current: 20261121T123000Z is still later than 20261121T122500Z", "transient"],
    ["The request signature we calculated does not match the signature you provided.", "fatal"],
  ])("InvalidSignatureException, %s", (message, means) => {
    expect(meaning(errorWith({ name: "InvalidSignatureException" }, message))).toBe(means);
  });

  it.each(["AccessDeniedException", "ResourceNotFoundException"])("changes nothing for %s", (name) => {
    expect(meaning(errorWith({ name, $metadata: { clockSkewCorrected: true } }))).toBe(OF_THE_API[name]);
  });
});

describe("an entry of PutRecords", () => {
  const position = { ShardId: "shardId-000000000000", SequenceNumber: "49590338" };

  it("with a position is stored", () => {
    expect(classifyEntry(position)).toBeUndefined();
  });

  it.each<[string, Means]>([
    ["ProvisionedThroughputExceededException", "throttled"],
    ["InternalFailure", "transient or stored"],
    ["KMSThrottlingException", "throttled"],
    // An emulator's, for a record that is too large.
    ["InvalidArgumentException", "fatal"],
    ["AccessDeniedException", "fatal"],
    // One that is new is no reason to lose a record.
    ["SomethingNew", "transient or stored"],
    ["ECONNREFUSED", "transient or stored"],
  ])("with %s: %s", (ErrorCode, means) => {
    const { kind, mayHaveBeenStored } = means.endsWith(" or stored")
      ? { kind: means.slice(0, -" or stored".length), mayHaveBeenStored: true }
      : { kind: means, mayHaveBeenStored: false };
    const failure = { kind, mayHaveBeenStored, retryable: RETRYABLE[kind as KinesisFailureKind], code: ErrorCode };
    expect(classifyEntry({ ErrorCode })).toEqual(failure);
    expect(classifyEntry({ ...position, ErrorCode })).toEqual(failure);
    expect(classifyError({ ErrorCode, ErrorMessage: "in its words" })).toEqual(failure);
  });

  it.each([
    {},
    { ShardId: position.ShardId },
    { SequenceNumber: position.SequenceNumber },
    { ...position, SequenceNumber: "" },
    undefined,
  ])("without a whole position is no proof: %j", (entry) => {
    expect(classifyEntry(entry)).toEqual({
      kind: "transient",
      mayHaveBeenStored: true,
      retryable: true,
      code: "NoSequenceNumber",
    });
  });
});

describe("anything at all", () => {
  it.each([
    [undefined],
    [null],
    [0],
    [Number.NaN],
    [true],
    [1n],
    [Symbol("s")],
    ["ECONNRESET"],
    [() => undefined],
    [[]],
    [{}],
    [Object.create(null)],
    [new Error("Region is missing")],
    [new TypeError("Invalid URL")],
    [{ name: 7, code: 20, $metadata: null, $fault: {}, cause: 5, errors: "x" }],
    [{ name: "__proto__", code: "constructor" }],
  ])("%s is fatal, and nothing is known of what was stored", (value) => {
    expect(meaning(value)).toBe("fatal or stored");
  });

  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error("not yours");
      },
    },
  );

  it.each([
    ["a proxy that is revoked", revoked()],
    ["what throws at each look", throwing],
    [
      "a getter that throws",
      errorWith({
        get name() {
          throw new Error("not yours either");
        },
      }),
    ],
    ["what throws further in", errorWith({ $metadata: throwing, cause: revoked(), $retryable: revoked() })],
  ])("%s", (_, value) => {
    expect(Object.keys(RETRYABLE)).toContain(classifyError(value).kind);
    expect(classifyEntry(value as never)?.kind).toBe("transient");
  });

  it("a code that would fill a log is cut", () => {
    expect(classifyError({ name: "x".repeat(10_000) }).code).toHaveLength(128);
    expect(classifyEntry({ ErrorCode: "x".repeat(10_000) })?.code).toHaveLength(128);
  });

  const words = [...Object.keys(OF_THE_API), "Error", "SyntaxError", "AbortError", "ECONNRESET", "EPIPE", "x", ""];
  const word = fc.oneof(fc.constantFrom(...words), fc.string(), fc.anything());
  const like = fc.letrec((tie) => ({
    error: fc.oneof(
      { maxDepth: 12 },
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      tie("like"),
    ),
    like: fc.record(
      {
        name: word,
        code: word,
        message: word,
        syscall: word,
        $fault: fc.oneof(fc.constantFrom("client", "server"), fc.anything()),
        $retryable: fc.oneof(fc.record({ throttling: fc.boolean() }), fc.anything()),
        $metadata: fc.oneof(fc.record({ httpStatusCode: fc.oneof(fc.integer(), fc.double()) }), fc.anything()),
        ErrorCode: word,
        cause: tie("error"),
        errors: fc.array(tie("error"), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  }));

  test.prop([like.error, fc.constantFrom(undefined, AbortSignal.abort(), new AbortController().signal)], {
    numRuns: 2_000,
  })("is classified, always the same, by a kind that it has", (value, signal) => {
    const failure = classifyError(value, { signal });
    expect(failure.retryable).toBe(RETRYABLE[failure.kind]);
    expect(typeof failure.mayHaveBeenStored).toBe("boolean");
    expect(failure.code.length).toBeGreaterThan(0);
    expect(failure.code.length).toBeLessThanOrEqual(128);
    expect(classifyError(value, { signal })).toEqual(failure);
    if (signal?.aborted) expect(failure.kind).toBe("aborted");
  });
});
