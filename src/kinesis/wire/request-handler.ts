// HTTP/1.1 for calls, which costs half of what HTTP/2 does, and HTTP/2 for SubscribeToShard where the service has it.

import type { Agent } from "node:https";
import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import type { Peers } from "../peers.ts";

type NodeHttpHandler = InstanceType<Peers["handlers"]["NodeHttpHandler"]>;
type NodeHttp2Handler = InstanceType<Peers["handlers"]["NodeHttp2Handler"]>;
type Request = Parameters<NodeHttpHandler["handle"]>[0];
type HandlerOptions = Parameters<NodeHttpHandler["handle"]>[1];
type Answer = ReturnType<NodeHttpHandler["handle"]>;

const SUBSCRIBE = "Kinesis_20131202.SubscribeToShard";
/** AWS itself: regional, VPC, FIPS and dual-stack endpoints. What else there is need not speak HTTP/2. */
const AWS_HOST = /\.(amazonaws\.(com(\.cn)?|eu)|api\.(aws|amazonwebservices\.(com\.cn|eu)))$/;

/** What the SDK takes as a `requestHandler`. */
export class KinesisRequestHandler {
  readonly #calls: NodeHttpHandler;
  readonly #subscriptions: () => NodeHttp2Handler;
  #made: NodeHttp2Handler | undefined;
  /** A proxy's, or one with certificates of its own: what it is for it has to carry all. */
  readonly #hasOwnAgent: boolean;
  readonly metadata: { readonly handlerProtocol: string } = { handlerProtocol: "http/1.1" };

  constructor({ handlers }: Pick<Peers, "handlers">, options: NodeHttpHandlerOptions = {}) {
    // Its agents keep connections, 50 at most.
    this.#calls = new handlers.NodeHttpHandler(options);
    this.#hasOwnAgent = typeof (options.httpsAgent as Partial<Agent> | undefined)?.destroy === "function";
    this.#subscriptions = () => {
      // A connection each, as the SDK's own client has them: on a shared one, one slow reader holds up all.
      this.#made ??= new handlers.NodeHttp2Handler({ disableConcurrentStreams: true });
      return this.#made;
    };
  }

  handle(request: Request, options?: HandlerOptions): Answer {
    const isSubscription = request.headers["x-amz-target"] === SUBSCRIBE;
    const isAws = request.protocol === "https:" && AWS_HOST.test(request.hostname);
    if (!isSubscription || !isAws || this.#hasOwnAgent) return this.#calls.handle(request, options);
    // HTTP/2 names it otherwise; and as it was signed, without the port that Node would put behind it.
    const { host = request.hostname, ...others } = request.headers;
    const headers = { ":authority": host, ...others };
    return this.#subscriptions().handle(Object.assign(Object.create(request) as Request, { headers }), options);
  }

  destroy(): void {
    this.#calls.destroy();
    this.#made?.destroy();
  }

  updateHttpClientConfig<Key extends keyof NodeHttpHandlerOptions>(key: Key, value: NodeHttpHandlerOptions[Key]): void {
    this.#calls.updateHttpClientConfig(key, value);
  }

  httpHandlerConfigs(): NodeHttpHandlerOptions {
    return this.#calls.httpHandlerConfigs();
  }
}
