// The calls around the data path, made as a user makes them: through the SDK's client, on a clock that the test moves.

import {
  CreateStreamCommand,
  type CreateStreamCommandInput,
  DescribeStreamSummaryCommand,
  type KinesisClient,
  RegisterStreamConsumerCommand,
  type StreamDescriptionSummary,
} from "@aws-sdk/client-kinesis";
import { onTestFinished } from "vitest";
import { LocalKinesis, type LocalKinesisOptions, VirtualClock } from "../../../src/testing/index.ts";

export const STREAM = "orders";
export const STREAM_ARN: string = arnOf(STREAM);
/** How long a change takes here. */
export const CHANGE_MS = 30_000;
export const HOUR = 3_600_000;

export interface ControlPlane {
  readonly clock: VirtualClock;
  readonly client: KinesisClient;
}

/** "orders", of one shard, ACTIVE; closed with the test. */
export function open(options: LocalKinesisOptions = {}): ControlPlane {
  const clock = new VirtualClock();
  const local = new LocalKinesis({ clock, streams: { [STREAM]: 1 }, transitionMs: CHANGE_MS, ...options });
  onTestFinished(() => local.close());
  return { clock, client: local.client() };
}

export function arnOf(streamName: string): string {
  return `arn:aws:kinesis:us-east-1:000000000000:stream/${streamName}`;
}

export async function summary(
  { client }: ControlPlane,
  StreamName: string = STREAM,
): Promise<StreamDescriptionSummary> {
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
  return StreamDescriptionSummary!;
}

/** What the stream is right after the call, and what it is once the change has taken its time. */
export async function statuses(plane: ControlPlane, StreamName: string = STREAM): Promise<(string | undefined)[]> {
  const first = (await summary(plane, StreamName)).StreamStatus;
  await plane.clock.advance(CHANGE_MS);
  return [first, (await summary(plane, StreamName)).StreamStatus];
}

/** Created and ACTIVE. */
export async function createStream(
  { client, clock }: ControlPlane,
  StreamName: string,
  input: Partial<CreateStreamCommandInput> = {},
): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName, ...input }));
  await clock.advance(CHANGE_MS);
}

export async function createOnDemandStream(plane: ControlPlane, StreamName: string): Promise<void> {
  await createStream(plane, StreamName, { StreamModeDetails: { StreamMode: "ON_DEMAND" } });
}

/** Its ARN; it is CREATING for `CHANGE_MS`. */
export async function registerConsumer({ client }: ControlPlane, ConsumerName: string): Promise<string> {
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN: STREAM_ARN, ConsumerName }));
  return Consumer!.ConsumerARN!;
}

/** "ResourceInUseException: Stream orders ...", or "accepted". */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `rejected with ${String(error)}`;
  }
}
