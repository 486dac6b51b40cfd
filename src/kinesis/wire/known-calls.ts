// Calls that are made like the one before, past the AWS SDK's middlewares: written by our protocol, signed, sent and read by
// the SDK's own parts, with a head that is kept. What does not go well is left to the SDK: it gets what has come in the place
// of its own first attempt, and reads, retries, corrects its clock and fails as it always does.

import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Peers } from "../peers.ts";
import type { BodyBuffers } from "./body-buffers.ts";
import type { KinesisProtocol } from "./kinesis-protocol.ts";
import {
  type CallContext,
  type HttpAnswer,
  type HttpRequest,
  headOf,
  INVOCATION_ID,
  type RequestHead,
  RequestHeads,
  type Settings,
  type SigningProperties,
} from "./request-head.ts";
import {
  type ClientConfig,
  type Command,
  type CommandContext,
  type Next,
  onceChanged,
  type Result,
  type SendOptions,
  type Stack,
} from "./sdk-stack.ts";

interface Config extends ClientConfig, Settings {
  readonly logger: unknown;
  readonly protocol: unknown;
  readonly requestHandler: { handle(request: HttpRequest, options: object): Promise<HttpAnswer> };
  readonly retryStrategy: () => Promise<RetryStrategy>;
}

interface RetryStrategy {
  readonly mode?: string;
  acquireInitialRetryToken(scope: string): Promise<unknown>;
  recordSuccess(token: unknown): void;
}

interface CommandClass {
  readonly name: string;
  getEndpointParameterInstructions(): Readonly<Record<string, { readonly type: string; readonly name?: string }>>;
}

type Came =
  | { readonly answer: HttpAnswer; readonly unreadable?: { readonly error: unknown } }
  | { readonly error: unknown };

/** What was made of a call before the SDK makes it: its first attempt. */
interface FirstAttempt {
  readonly came: Came;
  readonly invocationId: string;
  /** By the signer. */
  readonly noted: object;
  isTaken: boolean;
}

export interface KnownCallsOptions {
  readonly buffers: BodyBuffers | undefined;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly config: Config;
  readonly peers: Pick<Peers, "client">;
  readonly protocol: KinesisProtocol;
  /** The client's, with all that belongs to it. */
  readonly stack: Stack;
}

export class KnownCalls {
  readonly #buffers: BodyBuffers | undefined;
  readonly #config: Config;
  readonly #logger: unknown;
  readonly #protocol: KinesisProtocol;
  readonly #heads: RequestHeads;
  /** Members of the input that an endpoint depends on, by command. */
  readonly #operations: ReadonlyMap<unknown, readonly string[]>;
  readonly #learning = new WeakMap<object, string>();
  readonly #first = new WeakMap<object, FirstAttempt>();
  readonly #stack: Stack;
  #hasOthers = false;

  constructor({ buffers, clock, config, peers, protocol, stack }: KnownCallsOptions) {
    this.#buffers = buffers;
    this.#config = config;
    this.#logger = config.logger;
    this.#protocol = protocol;
    this.#heads = new RequestHeads(clock);
    const { GetRecordsCommand, PutRecordCommand, PutRecordsCommand } = peers.client;
    this.#operations = new Map([GetRecordsCommand, PutRecordCommand, PutRecordsCommand].flatMap(entryOf));
    this.#stack = stack;
    stack.add(this.#middleware, { step: "deserialize", priority: "low", name: "kplKitKnownCalls" });
    stack.addRelativeTo(this.#oneInvocation, {
      relation: "before",
      toMiddleware: "httpSigningMiddleware",
      name: "kplKitOneInvocation",
    });
    onceChanged(stack, () => {
      this.#hasOthers = true;
    });
  }

  /** To be sent in the place of `command`. */
  shortened(command: Command): Command {
    const members = this.#operations.get(command.constructor);
    // The SDK would keep for all commands what is resolved for this one.
    if (!members || this.#config.cacheMiddleware === true) return command;
    // A way of its own, to be taken.
    if (Object.hasOwn(command, "resolveMiddleware")) return command;
    // A copy, not the command itself: it may be sent by other clients. Whoever wraps `send` may still change it.
    const copy = copyOf(command);
    const resolveMiddleware: Command["resolveMiddleware"] = (stack, config, options) =>
      this.#isPlain(copy, stack, config, options)
        ? async () => await this.#call(copy, members, options ?? {})
        : command.resolveMiddleware.call(copy, stack, config, options);
    // Not enumerable: to compare, it is the same as the command.
    const property = { value: resolveMiddleware, configurable: true, writable: true };
    return Object.defineProperty(copy, "resolveMiddleware", property);
  }

  /** Nobody but the SDK and this client would see it on its way. */
  #isPlain({ middlewareStack }: Command, stack: Stack, config: ClientConfig, options?: SendOptions): boolean {
    return (
      !this.#hasOthers &&
      stack === this.#stack &&
      config === this.#config &&
      // What a command has of its own: before it is sent, that is nothing of the SDK's.
      middlewareStack.identify().length === 0 &&
      this.#config.logger === this.#logger &&
      this.#config.protocol === this.#protocol &&
      options?.metricsRecorder === undefined
    );
  }

  async #call(command: Command, members: readonly string[], options: object): Promise<Result> {
    const key = keyOf(command, members);
    const head = this.#heads.get(key, this.#config);
    if (!head) return await this.#bySdk(command, options, (copy) => this.#learning.set(copy, key));
    const call = await this.#begin(head, command).catch(() => undefined);
    // It cannot be written, or there are no credentials: the SDK says so in its own words.
    if (!call) return await this.#bySdk(command, options);
    const came = await this.#sent(call, options);
    if (!("answer" in came) || came.answer.response.statusCode !== 200) {
      return await this.#handOver(command, options, call, came);
    }
    try {
      return await this.#end(call, came.answer);
    } catch (error) {
      return await this.#handOver(command, options, call, { ...came, unreadable: { error } });
    }
  }

  async #sent({ request }: KnownCall, options: object): Promise<Came> {
    try {
      return { answer: await this.#config.requestHandler.handle(request, options) };
    } catch (error) {
      return { error };
    }
  }

  async #handOver(command: Command, options: object, call: KnownCall, came: Came): Promise<Result> {
    const { config: _, context: __, ...noted } = call.signing;
    const first = { came, invocationId: call.invocationId, noted, isTaken: false };
    try {
      return await this.#bySdk(command, options, (copy) => this.#first.set(copy, first));
    } finally {
      // It has not come that far. An answer that nobody reads would hold its connection for ever.
      if (!first.isTaken && "answer" in came) discard(came.answer.response.body);
    }
  }

  async #begin(head: RequestHead, { input }: Command): Promise<KnownCall> {
    const { hostname, identity, operation, path, port, protocol, signer } = head;
    const retries = await this.#config.retryStrategy();
    const retryToken = await retries.acquireInitialRetryToken("");
    const { body, contentType } = this.#protocol.written(operation[4], input);
    const invocationId = randomUUID();
    const headers = {
      ...head.headers,
      "content-type": contentType,
      "content-length": String(body.length),
      [INVOCATION_ID]: invocationId,
    };
    // What a signer notes of this call is not another's.
    const signing = { ...head.signingProperties };
    const unsigned = { method: "POST", protocol, hostname, port, path, query: {}, headers, body };
    const request = await signer.sign(unsigned, identity, signing);
    return { body, head, invocationId, request, retries, retryToken, signing };
  }

  async #end(call: KnownCall, answer: HttpAnswer): Promise<Result> {
    const { body, head, retries, retryToken, signing } = call;
    const [, namespace, name, traits, input, output] = head.operation;
    const operation = { namespace, name, traits, input, output };
    const { response } = answer;
    const read = await this.#protocol.deserializeResponse(operation as never, this.#config as never, response as never);
    head.signer.successHandler?.(response, signing);
    retries.recordSuccess(retryToken);
    Object.assign(read.$metadata, { attempts: 1, totalRetryDelay: 0 });
    this.#buffers?.giveBack(body);
    return { ...answer, output: read };
  }

  async #bySdk(command: Command, options: object, mark?: (copy: Command) => void): Promise<Result> {
    const copy = copyOf(command);
    mark?.(copy);
    return await copy.resolveMiddleware(this.#stack, this.#config, options)(copy);
  }

  /** Next to the request handler. */
  readonly #middleware = (next: Next, context: CommandContext): Next => {
    const { __smithy_context: call = {} } = context;
    const { commandInstance: command } = call;
    return async (args) => {
      const first = command && this.#first.get(command);
      if (first && !first.isTaken) {
        first.isTaken = true;
        // As if it had been signed when it was: two calls may learn at once how wrong the clock is.
        Object.assign(call.selectedHttpAuthScheme?.httpAuthOption.signingProperties ?? {}, first.noted);
        const { came } = first;
        if ("error" in came) throw came.error;
        if (came.unreadable) failAgain(came.answer.response, came.unreadable.error);
        return came.answer;
      }
      const key = command && this.#learning.get(command);
      // Before it is sent: a handler may write another host into it, which nobody signed.
      const keep = key === undefined ? undefined : await this.#learn(key, args.request, call);
      const result = await next(args);
      if (result.response.statusCode === 200) keep?.();
      return result;
    };
  };

  /** After the retries, before the signer: all attempts at a call have one id. */
  readonly #oneInvocation = (next: Next, { __smithy_context: call }: CommandContext): Next => {
    const command = call?.commandInstance;
    return async (args) => {
      const first = command && this.#first.get(command);
      // The request of the attempts that come after is the same.
      if (first && !first.isTaken) args.request.headers[INVOCATION_ID] = first.invocationId;
      return await next(args);
    };
  };

  /** Returns what keeps it. */
  async #learn(key: string, request: HttpRequest, call: CallContext): Promise<(() => void) | undefined> {
    // Each invocation of a function has a trace of its own.
    if ("AWS_LAMBDA_FUNCTION_NAME" in process.env) return undefined;
    const { mode } = await this.#config.retryStrategy();
    const head = headOf(request, call);
    // Others count what is sent, or ask before each attempt.
    return head && mode === "standard" ? this.#heads.keeper(key, head, this.#config) : undefined;
  }
}

interface KnownCall {
  readonly head: RequestHead;
  readonly invocationId: string;
  readonly body: Uint8Array;
  readonly request: HttpRequest;
  readonly signing: SigningProperties;
  readonly retries: RetryStrategy;
  readonly retryToken: unknown;
}

/** Only where a member of the input is all that an endpoint may depend on. */
function entryOf(command: unknown): [unknown, readonly string[]][] {
  const instructions = Object.values((command as CommandClass).getEndpointParameterInstructions());
  if (instructions.some(({ type }) => type === "operationContextParams")) return [];
  return [[command, instructions.flatMap(({ name, type }) => (type === "contextParams" && name ? [name] : []))]];
}

function keyOf(command: Command, members: readonly string[]): string {
  let key = command.constructor.name;
  for (const member of members) {
    const value = command.input[member] ?? undefined;
    // An ARN that is empty is none that the SDK takes.
    key += `\n${typeof value} ${String(value)}`;
  }
  return key;
}

function copyOf(command: Command): Command {
  return Object.assign(Object.create(Object.getPrototypeOf(command) as object) as Command, command);
}

/** An answer is read once. The SDK, which reads it again, fails as it has failed. */
function failAgain(response: HttpAnswer["response"], error: unknown): void {
  const { body } = response;
  const plain = { configurable: true, enumerable: true, writable: true };
  const set = (value: unknown): void => void Object.defineProperty(response, "body", { ...plain, value });
  const get = (): never => {
    set(body);
    throw error;
  };
  Object.defineProperty(response, "body", { configurable: true, enumerable: true, get, set });
}

function discard(body: unknown): void {
  (body as { destroy?(): void } | undefined)?.destroy?.();
}
