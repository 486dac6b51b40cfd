// For a client that somebody else makes: `new KinesisClient({ protocol: new KinesisCborProtocol() })`.

import type { KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { loadPeers, type Peers } from "./peers.ts";
import { kinesisProtocolClass, type ProtocolSettings } from "./wire/index.ts";

type Protocol = Exclude<KinesisClientConfig["protocol"], undefined>;

export interface KinesisCborProtocolOptions {
  /** As the SDK's own protocols take them. @defaultValue those of Kinesis */
  readonly settings?: Partial<ProtocolSettings>;
  /** Modules of the AWS SDK, for a bundle that has them inside. @defaultValue those installed */
  readonly peers?: Peers;
}

/**
 * The AWS SDK's protocol for Kinesis with CBOR in the place of JSON, as the Java SDK has spoken it since 2016: data goes as
 * bytes, without base64. Answers are read in either. Pass an instance, not the class: SDK versions before 3.1000 take no
 * class.
 * @throws `KPL_KIT_MISSING_PEER`
 */
export const KinesisCborProtocol: new (options?: KinesisCborProtocolOptions) => Protocol & object =
  // Not a class: its base class comes with the SDK, which nobody needs before a protocol is made.
  function makeProtocol({ peers = loadPeers(), settings }: KinesisCborProtocolOptions = {}) {
    const Protocol = kinesisProtocolClass(peers);
    return new Protocol({ settings: settingsOf(peers, settings), encoding: () => "cbor" });
  } as never;

export function settingsOf({ client }: Pick<Peers, "client">, given: Partial<ProtocolSettings> = {}): ProtocolSettings {
  // Newer SDKs find the classes of their exceptions by it, older ones by the namespace.
  const { errorTypeRegistries } = client as { readonly errorTypeRegistries?: ProtocolSettings["errorTypeRegistries"] };
  return {
    defaultNamespace: "com.amazonaws.kinesis",
    serviceTarget: "Kinesis_20131202",
    ...(errorTypeRegistries ? { errorTypeRegistries } : {}),
    ...given,
  };
}
