// The contract itself, field by field: an oracle with another schema would agree with nobody.

import type protobuf from "protobufjs";
import { expect, it } from "vitest";
import { aggregatedRecordType } from "./kpl-proto.ts";

function fieldsOf(type: protobuf.Type): unknown {
  return type.fieldsArray.map(
    (field) =>
      `${field.required ? "required" : field.repeated ? "repeated" : "optional"} ${field.type} ${field.name} = ${field.id}`,
  );
}

function messageOf(type: protobuf.Type, field: string): protobuf.Type {
  return type.fields[field]?.resolve().resolvedType as protobuf.Type;
}

it("proto/kpl.proto is the KPL's messages.proto", () => {
  const record = messageOf(aggregatedRecordType, "records");
  expect([aggregatedRecordType, record, messageOf(record, "tags")].map(fieldsOf)).toEqual([
    [
      "repeated string partition_key_table = 1",
      "repeated string explicit_hash_key_table = 2",
      "repeated Record records = 3",
    ],
    [
      "required uint64 partition_key_index = 1",
      "optional uint64 explicit_hash_key_index = 2",
      "required bytes data = 3",
      "repeated Tag tags = 4",
    ],
    ["required string key = 1", "optional string value = 2"],
  ]);
});
