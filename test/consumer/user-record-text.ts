import type { UserRecord } from "../../src/codec/index.ts";

export function textOf({ data }: Pick<UserRecord, "data">): string {
  return new TextDecoder().decode(data);
}
