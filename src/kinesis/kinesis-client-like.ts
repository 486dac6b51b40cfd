/** What kpl-kit needs of a client: the AWS SDK's `KinesisClient`, or `LocalKinesis.client()`. */
export interface KinesisClientLike {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}
