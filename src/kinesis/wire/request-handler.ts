// HTTP/1.1 for calls, which costs half of what HTTP/2 does, and HTTP/2 for SubscribeToShard where the service has it.

import type { NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import type { Peers } from "../peers.ts";

type NodeHttpHandler = InstanceType<Peers["handlers"]["NodeHttpHandler"]>;
type Request = Parameters<NodeHttpHandler["handle"]>[0];
type HandlerOptions = Parameters<NodeHttpHandler["handle"]>[1];
type Answer = ReturnType<NodeHttpHandler["handle"]>;

const SUBSCRIBE = "Kinesis_20131202.SubscribeToShard";
/** AWS itself: regional, VPC, FIPS and dual-stack endpoints. What else there is need not speak HTTP/2. */
const AWS_HOST = /\.(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/;

/** As many as a producer and its consumers need at once; the SDK's default. */
const MAX_SOCKETS = 50;

/** What the SDK takes as a `requestHandler`. */
export class KinesisRequestHandler {
  readonly #calls: NodeHttpHandler;
  readonly #subscriptions: () => InstanceType<Peers["handlers"]["NodeHttp2Handler"]>;
  #made: InstanceType<Peers["handlers"]["NodeHttp2Handler"]> | undefined;
  readonly metadata: { readonly handlerProtocol: string } = { handlerProtocol: "http/1.1" };

  constructor({ handlers }: Pick<Peers, "handlers">, options: NodeHttpHandlerOptions = {}) {
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
    this.#calls = new handlers.NodeHttpHandler({ httpAgent: agent, httpsAgent: agent, ...options });
    this.#subscriptions = () => {
      // One connection for all: each subscription is a stream of it.
      this.#made ??= new handlers.NodeHttp2Handler({ disableConcurrentStreams: false });
      return this.#made;
    };
  }

  handle(request: Request, options?: HandlerOptions): Answer {
    const isSubscription = request.headers["x-amz-target"] === SUBSCRIBE;
    const isAws = request.protocol === "https:" && AWS_HOST.test(request.hostname);
    return isSubscription && isAws
      ? this.#subscriptions().handle(request, options)
      : this.#calls.handle(request, options);
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
