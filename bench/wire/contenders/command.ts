import { GetRecordsCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Load } from "../loads.ts";

/** A new command for each call, as programs make them. */
export function commandOf(load: Load): () => PutRecordsCommand {
  if (load.operation === "PutRecords") return () => new PutRecordsCommand(load.input);
  // One type for both: a client sends either.
  return () => new GetRecordsCommand(load.input) as unknown as PutRecordsCommand;
}
