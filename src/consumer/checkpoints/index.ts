export { DynamoDBCheckpointStore, type DynamoDBCheckpointStoreOptions } from "./dynamodb-checkpoint-store.ts";
export {
  CheckpointContestedError,
  CheckpointFileDamagedError,
  CheckpointFileFailedError,
  CheckpointTableTakenError,
  CheckpointTableUnusableError,
  LeaseRowUnreadableError,
} from "./errors.ts";
export { FileCheckpointStore } from "./file-checkpoint-store.ts";
export { MemoryCheckpointStore } from "./memory-checkpoint-store.ts";
