// What the service answers when it refuses: an exception's name and message, and the status that carries them.

/**
 * Inside the model; a door turns it into the AWS SDK's own exception class or into an HTTP answer. The messages are the
 * service's own where they are known.
 */
export class ServiceError extends Error {
  /** As in `__type`, without namespace: "ResourceNotFoundException". */
  override readonly name: string;
  /** Of the HTTP answer. */
  readonly statusCode: number;
  /** "html": over HTTP it is not the service that answers but a proxy before it, with a page. */
  readonly body: "json" | "html";

  constructor(name: string, message: string, statusCode = 400, body: "json" | "html" = "json") {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
    this.body = body;
  }

  get fault(): "client" | "server" {
    return this.statusCode >= 500 ? "server" : "client";
  }
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgumentException", message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

export function inUse(message: string): ServiceError {
  return new ServiceError("ResourceInUseException", message);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError("LimitExceededException", message);
}

export function throughputExceeded(message: string): ServiceError {
  return new ServiceError("ProvisionedThroughputExceededException", message);
}
