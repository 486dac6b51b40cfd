// What a user does with a user record, alike for all readers: looks at its key and its data, and counts it. The first page of
// each shard is compared with what lies in the stream: who delivers something else is no rival.

import { createHash, type Hash } from "node:crypto";
import { FIRST_BYTE, KEY_LENGTH, type Load, recordsAPage, SHARDS } from "./loads.ts";
import { shardOfKey } from "./shard-content.ts";

/** As base64 text where a reader hands it out so; to decode it is not charged to it. */
type Data = Uint8Array | string;

interface FirstPage {
  readonly expected: string;
  readonly digest: Hash;
  left: number;
}

export class Tally {
  records = 0;
  /** Records whose key or data is none of the stream's. */
  wrong = 0;
  /** Resolves once the first page of each shard was the stream's; rejects if one was not. */
  readonly compared: Promise<void>;
  readonly #dataLength: number;
  readonly #firstUnit: number;
  readonly #firstPages: readonly FirstPage[];
  #pagesLeft: number = SHARDS;
  #settle: (error?: Error) => void = () => undefined;

  constructor(load: Load, digests: readonly string[], form: "bytes" | "base64") {
    const { recordBytes } = load;
    const isText = form === "base64";
    this.#dataLength = isText ? Math.ceil(recordBytes / 3) * 4 : recordBytes;
    this.#firstUnit = isText ? Buffer.of(FIRST_BYTE, 0, 0).toString("base64").charCodeAt(0) : FIRST_BYTE;
    this.#firstPages = digests.map((expected) => ({ expected, digest: createHash("md5"), left: recordsAPage(load) }));
    this.compared = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
    });
  }

  take(partitionKey: string | undefined, data: Data): void {
    this.records++;
    const firstUnit = typeof data === "string" ? data.charCodeAt(0) : data[0];
    if (data.length !== this.#dataLength || firstUnit !== this.#firstUnit || partitionKey?.length !== KEY_LENGTH) {
      this.wrong++;
      this.#settle(new Error("a user record is none of the stream's"));
    } else if (this.#pagesLeft > 0) {
      this.#compare(partitionKey, data);
    }
  }

  #compare(partitionKey: string, data: Data): void {
    const page = this.#firstPages[shardOfKey(partitionKey)];
    if (!page || page.left === 0) return;
    page.digest.update(partitionKey).update(typeof data === "string" ? Buffer.from(data, "base64") : data);
    page.left--;
    if (page.left > 0) return;
    this.#pagesLeft--;
    if (page.digest.digest("hex") !== page.expected) {
      this.#settle(new Error("the first page of a shard is not the stream's"));
    } else if (this.#pagesLeft === 0) {
      this.#settle();
    }
  }
}
