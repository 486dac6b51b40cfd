// What a request asks for. The service finds a call by its headers alone: it looks at neither path nor query, and before
// it answers in a protocol it answers in XML.

import type { ActionName } from "../action.ts";
import type { Performer } from "../door.ts";
import { ServiceError } from "../service-error.ts";
import { awsCbor } from "./aws-cbor.ts";
import { awsJson } from "./aws-json.ts";
import type { WireProtocol } from "./wire-protocol.ts";

export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type Route =
  | { readonly kind: "call"; readonly action: ActionName; readonly protocol: WireProtocol }
  /** The protocol is known, and it says why not. */
  | { readonly kind: "refused"; readonly error: ServiceError; readonly protocol: WireProtocol }
  | { readonly kind: "text"; readonly status: number; readonly contentType: string; readonly text: string };

const SERVICE = "Kinesis_20131202";
const PROTOCOLS: readonly WireProtocol[] = [awsJson, awsCbor];

export function routeOf({ method, path, headers }: RequestHead, isAction: Performer["isAction"]): Route {
  // Of ours: what waits for a server to come up asks this.
  if (method === "GET" && (path === "/" || path === "/healthcheck")) {
    return { kind: "text", status: 200, contentType: "text/plain", text: "LocalKinesis of kpl-kit\n" };
  }
  const [service, name] = String(headers["x-amz-target"] ?? "").split(".");
  if (method !== "POST" || !service || !name) return xml(403, ...NO_OPERATION);
  const contentType = String(headers["content-type"] ?? "").split(";")[0]!; // split gives one part at least
  const protocol = PROTOCOLS.find((each) => each.contentType === contentType.trim().toLowerCase());
  if (!protocol) return xml(404, "UnknownOperationException");
  if (service !== SERVICE || !isAction(name)) {
    const message = `${service}.${name} is not a call that LocalKinesis knows`;
    return { kind: "refused", error: new ServiceError("UnknownOperationException", message), protocol };
  }
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    const message = `Content-Encoding ${String(encoding)} is not read: send the body as it is`;
    return { kind: "refused", error: new ServiceError("SerializationException", message), protocol };
  }
  return { kind: "call", action: name, protocol };
}

const NO_OPERATION = ["AccessDeniedException", "Unable to determine service/operation name to be authorized"] as const;

function xml(status: number, name: string, message?: string): Route {
  const text = message ? `<${name}>\n  <Message>${message}</Message>\n</${name}>\n` : `<${name}/>\n`;
  return { kind: "text", status, contentType: "text/xml", text };
}
