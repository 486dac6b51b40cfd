import { RegisterStreamConsumerCommand } from "@aws-sdk/client-kinesis";
import type { World } from "./world.ts";

/** Of enhanced fan-out; gives their ARNs. */
export async function registerConsumers(world: World, streamName: string, count: number): Promise<string[]> {
  const client = world.client("registrar");
  const StreamARN = world.kinesis.snapshot().find((stream) => stream.streamName === streamName)?.streamArn;
  const arns: string[] = [];
  for (let n = 1; n <= count; n++) {
    const { Consumer } = await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: `fan-out-${n}` }),
    );
    arns.push(Consumer?.ConsumerARN ?? "");
  }
  client.destroy();
  return arns;
}
