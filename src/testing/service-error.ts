// What the service answers when it refuses: an exception's name and message, and the status that carries them.

export type Fault = "client" | "server";

/**
 * Inside the model; a door turns it into the AWS SDK's own exception class or into an HTTP answer. The messages are the
 * service's own where they are known.
 */
export class ServiceError extends Error {
  /** As in `__type`, without namespace: "ResourceNotFoundException". */
  override readonly name: string;
  /** Of the HTTP answer. */
  readonly statusCode: number;

  constructor(name: string, message: string, statusCode = 400) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }

  get fault(): Fault {
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
