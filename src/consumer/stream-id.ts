// A stream by its name or by its ARN. The ARN alone reaches a stream of another account, so it is what calls are given
// wherever it is known.

import { InvalidOptionError } from "../codec/index.ts";

export interface StreamId {
  readonly name: string;
  readonly arn: string | undefined;
  /** For any call. */
  readonly input: { readonly StreamARN: string } | { readonly StreamName: string };
  /** ListShards takes no name beside a token. */
  readonly inputBesideToken: { readonly StreamARN?: string };
}

const ARN = /^arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/([\w.-]{1,128})$/;
const NAME = /^[\w.-]{1,128}$/;

/** @throws `KPL_KIT_INVALID_OPTION` */
export function streamId({
  streamARN: arn,
  streamName,
}: {
  readonly streamARN?: string | undefined;
  readonly streamName?: string | undefined;
}): StreamId {
  const nameInArn = arn === undefined ? undefined : ARN.exec(arn)?.[1];
  if (arn !== undefined && nameInArn === undefined)
    throw new InvalidOptionError(
      "streamARN",
      arn,
      "the ARN of a stream, as arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
    );
  const name = streamName ?? nameInArn;
  if (name === undefined || !NAME.test(name))
    throw new InvalidOptionError(
      "streamName",
      name,
      "1 to 128 letters, digits, and any of _ . -, or there must be a streamARN",
    );
  if (nameInArn !== undefined && nameInArn !== name)
    throw new InvalidOptionError("streamName", name, `that of streamARN, ${nameInArn}`);
  return {
    name,
    arn,
    input: arn === undefined ? { StreamName: name } : { StreamARN: arn },
    inputBesideToken: arn === undefined ? {} : { StreamARN: arn },
  };
}
