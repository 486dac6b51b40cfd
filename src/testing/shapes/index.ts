// The shapes of all requests: reading one, from JSON or from a program, and checking it.
//
// A door reads: the HTTP server with `fromJson`, the in-process client with `fromInput`. Both give the AWS SDK's shapes,
// which `validate` then holds to the service's constraints. Each throws `ServiceError`, never anything else.

export { fromInput } from "./from-input.ts";
export { fromJson } from "./from-json.ts";
export { INPUT_SHAPES } from "./inputs.ts";
export type { Shape } from "./shape.ts";
export { validate } from "./validate.ts";
