import { describe, expect, it } from "vitest";
import { onceChanged, type Stack } from "../../../src/kinesis/wire/index.ts";
import { newestSdk } from "../sdk.ts";

const { client } = newestSdk().peers;

type SdkStack = InstanceType<typeof client.KinesisClient>["middlewareStack"];

function watched() {
  const { middlewareStack: stack } = new client.KinesisClient({ region: "us-east-1" });
  const seen: { changes: number; identifiedFirst?: number } = { changes: 0 };
  onceChanged(stack as unknown as Stack, () => {
    seen.changes++;
    // Before it happens: a call that is made by then is made as the stack was.
    seen.identifiedFirst ??= stack.identify().length;
  });
  return { stack, seen };
}

const middleware = (next: unknown) => next;

describe("onceChanged: who else sees the calls of a client", () => {
  it.each<[string, (stack: SdkStack) => unknown]>([
    ["add", (stack) => stack.add(middleware as never, { step: "build" })],
    [
      "addRelativeTo",
      (stack) => stack.addRelativeTo(middleware as never, { relation: "after", toMiddleware: "serializerMiddleware" }),
    ],
    ["use", (stack) => stack.use({ applyToStack: (each) => each.add(middleware as never, { step: "build" }) })],
    ["use, of another stack", (stack) => stack.use(withOne())],
    ["remove", (stack) => stack.remove("loggerMiddleware")],
    ["removeByTag", (stack) => stack.removeByTag("LOGGER")],
    ["identifyOnResolve", (stack) => stack.identifyOnResolve(true)],
  ])("%s is a change, and does what it did", (_, change) => {
    const { seen, stack } = watched();
    const { middlewareStack: untouched } = new client.KinesisClient({ region: "us-east-1" });
    const before = stack.identify().length;
    expect(change(stack)).toEqual(change(untouched));
    expect(seen.changes).toBeGreaterThan(0);
    expect(seen.identifiedFirst).toBe(before);
    expect(stack.identify()).toEqual(untouched.identify());
  });

  it.each<[string, (stack: SdkStack) => unknown]>([
    ["identify", (stack) => stack.identify()],
    ["clone", (stack) => stack.clone().add(middleware as never, { step: "build" })],
    ["concat", (stack) => stack.concat(withOne())],
    ["applyToStack", (stack) => stack.applyToStack(withOne())],
  ])("%s is none", (_, look) => {
    const { seen, stack } = watched();
    look(stack);
    expect(seen.changes).toBe(0);
  });

  it("a command of the client's adds its own to a stack of its own", async () => {
    const { seen, stack } = watched();
    const { config } = new client.KinesisClient({ region: "us-east-1" });
    new client.ListShardsCommand({}).resolveMiddleware(stack, config, {});
    expect(seen.changes).toBe(0);
  });

  it.each(["clone", "concat", "resolve"] as const)("%s that a tracer has wrapped is a change at once", (name) => {
    const { middlewareStack: stack } = new client.KinesisClient({ region: "us-east-1" });
    const method = stack[name] as (...all: unknown[]) => unknown;
    Object.assign(stack, { [name]: Object.assign((...all: unknown[]) => method(...all), { __wrapped: true }) });
    let changes = 0;
    onceChanged(stack as unknown as Stack, () => changes++);
    expect(changes).toBe(1);
  });

  it("a stack without one of the methods is watched by the others", () => {
    const bare = { add: () => undefined, identify: () => [] } as unknown as Stack;
    let changes = 0;
    onceChanged(bare, () => changes++);
    bare.add(middleware, {});
    expect(changes).toBe(1);
    expect(Object.keys(bare)).toEqual(["add", "identify"]);
  });

  function withOne(): SdkStack {
    const { middlewareStack } = new client.ListShardsCommand({});
    middlewareStack.add(middleware as never, { step: "build" });
    return middlewareStack as never;
  }
});
