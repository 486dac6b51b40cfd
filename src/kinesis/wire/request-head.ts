// What a call has in common with the one before: where it goes, who signs it, what it says of its sender. The AWS SDK works
// that out anew for each call, in twenty middlewares that copy the configuration five times: most of what a small call
// costs. Here it is learnt from a call that the SDK has just made, and kept for as long as nothing can have changed much.

import type { Clock } from "../clock.ts";

/** A region, an endpoint or a user agent that a function of the user's gives may be another the next time. */
const KEPT_MS = 1_000;
/** Streams that are named by their ARN have endpoints of their own. */
const MOST_KEPT = 1_000;

/** Its own for each call, whatever attempts that takes. */
export const INVOCATION_ID = "amz-sdk-invocation-id";

/** The same for each call to one place. */
const KEPT_HEADERS: ReadonlySet<string> = new Set([
  "amz-sdk-request",
  "host",
  "user-agent",
  "x-amz-target",
  "x-amz-user-agent",
]);
/** Of each call its own: written or signed anew. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  INVOCATION_ID,
  "authorization",
  "content-length",
  "content-type",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
]);
/** Only what comes first is learnt from: a second attempt says that it is one. */
const FIRST_ATTEMPT = /^attempt=1;/;

/** Of the AWS SDK's: what its middlewares hand each other. */
export interface HttpRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: object | undefined;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly fragment?: string | undefined;
}

export interface HttpAnswer {
  readonly response: { readonly statusCode: number; readonly body?: unknown };
}

interface Signer {
  sign(request: HttpRequest, identity: unknown, properties: object): Promise<HttpRequest>;
  /** Learns from an answer how wrong the clock is. */
  successHandler?(response: unknown, properties: object): void;
}

export interface SigningScheme {
  readonly identity: unknown;
  readonly signer: Signer;
  readonly httpAuthOption: { readonly schemeId?: string; readonly signingProperties?: SigningProperties };
}

export interface SigningProperties {
  readonly context?: object;
  readonly config?: { readonly signer?: (authScheme: unknown) => Promise<unknown> };
}

/** [kind, namespace, name, traits, input, output] */
export type OperationSchema = readonly [unknown, string, string, unknown, unknown, unknown];

/** What of the SDK's context for a call is looked at. */
export interface CallContext {
  readonly selectedHttpAuthScheme?: SigningScheme;
  readonly operationSchema?: OperationSchema;
}

export interface RequestHead extends Pick<HttpRequest, "protocol" | "hostname" | "port" | "path"> {
  readonly headers: Readonly<Record<string, string>>;
  readonly signer: Signer;
  readonly identity: unknown;
  readonly signingProperties: SigningProperties;
  readonly operation: OperationSchema;
}

/** Undefined where the call had something of its own, which the next one need not have. */
export function headOf(request: HttpRequest, context: CallContext): RequestHead | undefined {
  const { fragment, headers, hostname, password, path, port, protocol, query = {}, username } = request;
  const { operationSchema: operation, selectedHttpAuthScheme: scheme } = context;
  // Others may sign once for all: by a token, or not at all.
  if (scheme?.httpAuthOption.schemeId !== "aws.auth#sigv4" || !Array.isArray(operation)) return undefined;
  if (Object.keys(query).length > 0 || (fragment ?? password ?? username) !== undefined) return undefined;
  const kept: Record<string, string> = {};
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (KEPT_HEADERS.has(name)) kept[name] = value;
    else if (!OWN_HEADERS.has(name)) return undefined;
  }
  if (!FIRST_ATTEMPT.test(kept["amz-sdk-request"] ?? "")) return undefined;
  const { httpAuthOption, identity, signer } = scheme;
  return {
    headers: kept,
    hostname,
    identity,
    operation: operation as OperationSchema,
    path,
    port,
    protocol,
    signer,
    signingProperties: withOneSigner(httpAuthOption.signingProperties ?? {}),
  };
}

/** The SDK makes a SignatureV4 for each call, of a copy of the whole configuration. It keeps nothing of the call. */
function withOneSigner({ config, context, ...others }: SigningProperties): SigningProperties {
  const kept = { ...others, context: withoutCall(context) };
  if (!config?.signer) return { ...kept, ...(config ? { config } : {}) };
  const { signer } = config;
  let made: Promise<unknown> | undefined;
  const once = (authScheme: unknown): Promise<unknown> => (made ??= signer(authScheme));
  // Everything else is the client's own, to read and to write: what is learnt of the clock is noted there.
  const get = (target: object, name: string | symbol): unknown =>
    name === "signer" ? once : (Reflect.get(target, name) as unknown);
  return { ...kept, config: new Proxy(config, { get }) };
}

/** Whose records, a few MB of them, would be kept as well. */
function withoutCall(context: object = {}): object {
  const { __smithy_context: call, ...others } = context as { readonly __smithy_context?: object };
  return { ...others, __smithy_context: { ...call, abortSignal: undefined, commandInstance: undefined } };
}

/** A client's configuration: what is set anew there holds from the next call on. */
export type Settings = Readonly<Record<string, unknown>>;

interface Kept {
  readonly head: RequestHead;
  readonly settings: readonly (readonly [string, unknown])[];
  readonly untilMs: number;
}

export class RequestHeads {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  get(key: string, settings: Settings): RequestHead | undefined {
    const kept = this.#kept.get(key);
    if (kept && this.#clock.monotonicMs() < kept.untilMs && isSame(kept, settings)) return kept.head;
    this.#kept.delete(key);
    return undefined;
  }

  /** Keeps it when it is called; the second, and what is set, are of now. */
  keeper(key: string, head: RequestHead, settings: Settings): () => void {
    const kept = { head, settings: settingsOf(settings), untilMs: this.#clock.monotonicMs() + KEPT_MS };
    return () => {
      if (this.#kept.size >= MOST_KEPT && !this.#kept.has(key)) this.#kept.clear();
      this.#kept.set(key, kept);
    };
  }
}

/** But for what is learnt from answers, and read for each call. */
function settingsOf({ systemClockOffset: _, ...settings }: Settings): Kept["settings"] {
  return Object.entries(settings);
}

function isSame({ settings }: Kept, others: Settings): boolean {
  return settings.every(([name, value]) => others[name] === value);
}
