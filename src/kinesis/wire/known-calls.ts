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
  type RequestHead,
  RequestHeads,
} from "./request-head.ts";
import { onceChanged, type Stack } from "./sdk-stack.ts";

/** Of the SDK's commands, results and configuration what is used here: its own types say less, or differ by version. */
export interface Command {
  readonly input: Readonly<Record<string, unknown>>;
  readonly middlewareStack: Stack;
  resolveMiddleware(stack: Stack, config: Config, options: object | undefined): Handler;
}

type Handler = (command: object) => Promise<Result>;

interface Result extends HttpAnswer {
  readonly output?: { readonly $metadata: { attempts?: number; totalRetryDelay?: number } };
}

interface Config {
  readonly cacheMiddleware?: boolean;
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

/** What the first attempt of a call has come to. */
type Came = { readonly answer: HttpAnswer } | { readonly error: unknown };

interface Args {
  readonly request: HttpRequest;
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
  readonly #came = new WeakMap<object, Came>();
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
    onceChanged(stack, () => {
      this.#hasOthers = true;
    });
  }

  /** To be sent in the place of `command`. */
  shortened(command: Command): Command {
    const members = this.#operations.get(command.constructor);
    // The SDK would keep for all commands what is resolved for this one.
    if (!members || this.#config.cacheMiddleware === true) return command;
    // A copy, not the command itself: it may be sent by other clients.
    return Object.assign(copyOf(command), {
      resolveMiddleware: (stack: Stack, config: Config, options: object = {}): Handler => {
        if (this.#isPlain(command, stack, options)) return async () => await this.#call(command, members, options);
        const handler = command.resolveMiddleware(stack, config, options);
        return async () => await handler(command);
      },
    });
  }

  /** Nobody but the SDK and this client would see it on its way. */
  #isPlain({ middlewareStack }: Command, stack: Stack, options: object): boolean {
    return (
      !this.#hasOthers &&
      stack === this.#stack &&
      // What a command has of its own: before it is sent, that is nothing of the SDK's.
      middlewareStack.identify().length === 0 &&
      this.#config.logger === this.#logger &&
      this.#config.protocol === this.#protocol &&
      !("metricsRecorder" in options)
    );
  }

  async #call(command: Command, members: readonly string[], options: object): Promise<Result> {
    const key = keyOf(command, members);
    const head = this.#heads.get(key);
    if (!head) return await this.#bySdk(command, options, (copy) => this.#learning.set(copy, key));
    const call = await this.#begin(head, command).catch(() => undefined);
    // It cannot be written, or there are no credentials: the SDK says so in its own words.
    if (!call) return await this.#bySdk(command, options);
    const came = await this.#config.requestHandler.handle(call.request, options).then(
      (answer): Came => ({ answer }),
      (error: unknown): Came => ({ error }),
    );
    const result = "answer" in came && came.answer.response.statusCode === 200 && (await this.#end(call, came.answer));
    return result || (await this.#bySdk(command, options, (copy) => this.#came.set(copy, came)));
  }

  async #begin(head: RequestHead, { input }: Command): Promise<KnownCall> {
    const { hostname, identity, operation, path, port, protocol, signer } = head;
    const retries = await this.#config.retryStrategy();
    const retryToken = await retries.acquireInitialRetryToken("");
    const { body, contentType } = this.#protocol.written(operation[4], input);
    const headers = {
      ...head.headers,
      "content-type": contentType,
      "content-length": String(body.length),
      "amz-sdk-invocation-id": randomUUID(),
    };
    // What a signer notes of this call is not another's.
    const signing = { ...head.signingProperties };
    const unsigned = { method: "POST", protocol, hostname, port, path, query: {}, headers, body };
    const request = await signer.sign(unsigned, identity, signing);
    return { body, head, request, retries, retryToken, signing };
  }

  /** Undefined where the answer cannot be read. */
  async #end(call: KnownCall, answer: HttpAnswer): Promise<Result | undefined> {
    const { body, head, retries, retryToken, signing } = call;
    const [, namespace, name, traits, input, output] = head.operation;
    const operation = { namespace, name, traits, input, output };
    try {
      const read = await this.#protocol.deserializeResponse(
        operation as never,
        this.#config as never,
        answer.response as never,
      );
      head.signer.successHandler?.(answer.response, signing);
      retries.recordSuccess(retryToken);
      Object.assign(read.$metadata, { attempts: 1, totalRetryDelay: 0 });
      this.#buffers?.giveBack(body);
      return { ...answer, output: read };
    } catch {
      return undefined;
    }
  }

  async #bySdk(command: Command, options: object, mark?: (copy: Command) => void): Promise<Result> {
    const copy = copyOf(command);
    mark?.(copy);
    return await copy.resolveMiddleware(this.#stack, this.#config, options)(copy);
  }

  /** Next to the request handler. */
  readonly #middleware = (next: (args: Args) => Promise<Result>, context: object) => {
    const call = (context as { readonly __smithy_context?: CallContext & { readonly commandInstance?: Command } })
      .__smithy_context;
    const command = call?.commandInstance;
    return async (args: Args): Promise<Result> => {
      const came = command && this.#came.get(command);
      if (came) {
        this.#came.delete(command);
        if ("error" in came) throw came.error;
        return came.answer;
      }
      const result = await next(args);
      const key = command && this.#learning.get(command);
      if (key !== undefined && result.response.statusCode === 200) await this.#learn(key, args.request, call ?? {});
      return result;
    };
  };

  async #learn(key: string, request: HttpRequest, context: CallContext): Promise<void> {
    const head = headOf(request, context);
    const { mode } = await this.#config.retryStrategy();
    // Others count what is sent, or ask before each attempt.
    if (head && mode === "standard") this.#heads.keep(key, head);
  }
}

interface KnownCall {
  readonly head: RequestHead;
  readonly body: Uint8Array;
  readonly request: HttpRequest;
  readonly signing: object;
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
  for (const member of members) key += `\n${String(command.input[member] ?? "")}`;
  return key;
}

function copyOf(command: Command): Command {
  return Object.assign(Object.create(Object.getPrototypeOf(command) as object) as Command, command);
}
