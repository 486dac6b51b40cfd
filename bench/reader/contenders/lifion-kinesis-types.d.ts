declare module "lifion-kinesis" {
  import type { EventEmitter } from "node:events";

  interface AwsOptions {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  }

  interface KinesisOptions extends AwsOptions {
    readonly streamName: string;
    readonly consumerGroup: string;
    readonly dynamoDb: AwsOptions & { readonly tableName: string };
    readonly initialPositionInStream: "LATEST" | "TRIM_HORIZON";
    readonly limit: number;
    readonly logger: {
      readonly error: (error: unknown) => void;
      readonly warn: (...problem: readonly unknown[]) => void;
    };
    readonly pollDelay: number;
    readonly shouldDeaggregate: boolean;
    readonly useAutoCheckpoints: boolean;
    readonly useAutoShardAssignment: boolean;
  }

  interface Page {
    readonly records: readonly { readonly partitionKey: string; readonly data: Buffer }[];
  }

  class Kinesis extends EventEmitter<{ data: [Page]; error: [unknown] }> {
    constructor(options: KinesisOptions);
    startConsumer(): Promise<void>;
  }

  export = Kinesis;
}
