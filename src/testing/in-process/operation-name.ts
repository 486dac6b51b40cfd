/**
 * Of a command of any copy of the AWS SDK: "PutRecords". The schema has it also where a bundler has renamed the classes.
 * @throws `TypeError` as `send` of the SDK does
 */
export function operationName(command: unknown): string {
  if (typeof command === "object" && command !== null) {
    const { schema } = command as { readonly schema?: unknown };
    // [kind, namespace, name, traits, input, output]
    if (Array.isArray(schema) && typeof schema[2] === "string") return schema[2];
    const { name } = command.constructor;
    if (name.endsWith("Command")) return name.slice(0, -"Command".length);
  }
  throw new TypeError("send() takes a command of @aws-sdk/client-kinesis");
}
