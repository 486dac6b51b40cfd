// The registered consumer that subscriptions need: looked up, made where it is missing, never taken away, for others may
// be reading as it.

import type { ConsumerDescription } from "@aws-sdk/client-kinesis";
import { classifyError, type KinesisCalls } from "../../kinesis/index.ts";
import { ReadFailedError } from "../errors.ts";
import { callUntilAnswered, type ServiceCallContext } from "../service-call.ts";

export interface RegisterConsumerContext extends ServiceCallContext {
  readonly calls: Pick<KinesisCalls, "describeStreamConsumer" | "describeStreamSummary" | "registerStreamConsumer">;
}

export interface ConsumerToRegister {
  readonly streamName: string;
  /** Looked up where it is not known. */
  readonly streamARN?: string | undefined;
  readonly consumerName: string;
}

/** From when we first looked, or registered it. KCL: 10 s; AWS takes half a minute. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** KCL: 10. Somebody may take it away again and again. */
const MOST_REGISTRATIONS = 10;
/** "LimitExceededException" is the rate of this call, which passes, as well as the stream's count of consumers, which does not. */
const MOST_REFUSALS = 10;

/**
 * Resolves to the ARN of the consumer, once it may subscribe.
 * @throws `KPL_KIT_READ_FAILED`, the signal's reason
 */
export async function registerConsumer(
  context: RegisterConsumerContext,
  { consumerName, streamARN, streamName }: ConsumerToRegister,
): Promise<string> {
  const { calls, clock, signal } = context;
  const where = { streamName };
  const StreamARN = streamARN ?? (await arnOf(context, streamName));
  const consumer = { StreamARN, ConsumerName: consumerName };
  let untilMs = clock.monotonicMs() + PATIENCE_MS;
  let registrations = 0;
  while (true) {
    const seen = await describe(context, where, consumer);
    if (seen?.ConsumerStatus === "ACTIVE" && seen.ConsumerARN) return seen.ConsumerARN;
    let waitsFor: unknown = new Error(`consumer ${consumerName} is ${seen?.ConsumerStatus ?? "not there"}`);
    if (!seen && registrations < MOST_REGISTRATIONS) {
      const answered = await callUntilAnswered(context, {
        operation: "RegisterStreamConsumer",
        mostFailures: MOST_REFUSALS,
        call: (callSignal) => calls.registerStreamConsumer(consumer, callSignal).then(() => undefined, ifInUse),
      });
      if (!answered.ok) throw new ReadFailedError("RegisterStreamConsumer", where, answered.error);
      if (answered.output === undefined) {
        registrations++;
        untilMs = clock.monotonicMs() + PATIENCE_MS;
        continue;
      }
      waitsFor = answered.output.error;
    }
    if (clock.monotonicMs() >= untilMs) throw new ReadFailedError("DescribeStreamConsumer", where, waitsFor);
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** Somebody else registers it right now, or the stream itself is still being made: another look tells. */
function ifInUse(error: unknown): { readonly error: unknown } {
  if (classifyError(error).kind === "in-use") return { error };
  throw error;
}

async function describe(
  context: RegisterConsumerContext,
  where: { readonly streamName: string },
  consumer: { readonly StreamARN: string; readonly ConsumerName: string },
): Promise<ConsumerDescription | undefined> {
  const answered = await callUntilAnswered(context, {
    operation: "DescribeStreamConsumer",
    call: async (signal) => {
      try {
        return (await context.calls.describeStreamConsumer(consumer, signal)).ConsumerDescription;
      } catch (error) {
        // Not there yet: nothing that failed.
        if (classifyError(error).kind === "gone") return undefined;
        throw error;
      }
    },
  });
  if (answered.ok) return answered.output;
  throw new ReadFailedError("DescribeStreamConsumer", where, answered.error);
}

async function arnOf(context: RegisterConsumerContext, streamName: string): Promise<string> {
  const answered = await callUntilAnswered(context, {
    operation: "DescribeStreamSummary",
    call: (signal) => context.calls.describeStreamSummary({ StreamName: streamName }, signal),
  });
  const arn = answered.ok ? answered.output.StreamDescriptionSummary?.StreamARN : undefined;
  if (arn) return arn;
  const cause = answered.ok ? new Error("the answer names no StreamARN") : answered.error;
  throw new ReadFailedError("DescribeStreamSummary", { streamName }, cause);
}
