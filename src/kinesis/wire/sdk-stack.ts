// The AWS SDK's commands and the middleware stack that they go through: who else sees the calls of a client. Of all that only
// what is used here: the SDK's own types say less, or differ by version.

import type { CallContext, HttpAnswer, HttpRequest } from "./request-head.ts";

export interface Command {
  readonly input: Readonly<Record<string, unknown>>;
  readonly middlewareStack: Stack;
  resolveMiddleware(stack: Stack, config: ClientConfig, options: SendOptions | undefined): Handler;
}

export interface ClientConfig {
  readonly cacheMiddleware?: boolean;
}

export interface SendOptions {
  readonly metricsRecorder?: unknown;
}

type Handler = (command: object) => Promise<Result>;

export interface Result extends HttpAnswer {
  readonly output?: { readonly $metadata: { attempts?: number; totalRetryDelay?: number } };
}

/** Of a middleware, where there is a request already. */
export type Next = (args: { readonly request: HttpRequest }) => Promise<Result>;

export interface CommandContext {
  readonly __smithy_context?: CallContext & { readonly commandInstance?: Command };
}

export interface Stack {
  add(middleware: unknown, options: object): void;
  addRelativeTo(middleware: unknown, options: object): void;
  identify(): readonly string[];
}

/** What changes a stack; all of its own methods, plugins too, go through these. */
const CHANGES = ["add", "addRelativeTo", "identifyOnResolve", "remove", "removeByTag"] as const;
/** What tracers put themselves around, when the stack is made. */
const TRACED = ["clone", "concat", "resolve"] as const;

type Method = (...args: readonly unknown[]) => unknown;

/** Calls `changed` before anything is added to `stack` or taken from it; at once where a tracer has wrapped it already. */
export function onceChanged(stack: Stack, changed: () => void): void {
  const methods = stack as unknown as Record<string, Method>;
  // The mark of shimmer, and of all that have taken its place.
  if (TRACED.some((name) => "__wrapped" in (methods[name] ?? {}))) changed();
  for (const name of CHANGES) {
    const method = methods[name];
    if (method === undefined) continue;
    methods[name] = (...args) => {
      // With nothing, it asks: for whether the stack tells what is in it when it is resolved.
      if (args.length > 0) changed();
      return method(...args);
    };
  }
}
