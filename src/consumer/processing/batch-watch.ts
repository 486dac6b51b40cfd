// Tells how long batches took.

import type { Clock } from "../../kinesis/index.ts";
import type { OnConsumerEvent } from "../consumer-event.ts";
import type { UnpackedPage } from "./unpacked-page.ts";

export class BatchWatch {
  readonly #clock: Clock;
  readonly #onEvent: OnConsumerEvent;

  constructor({ clock, onEvent }: { readonly clock: Clock; readonly onEvent: OnConsumerEvent }) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  abandon(shardId: string, userRecords: number): void {
    this.#onEvent({ type: "abandoned", shardId, userRecords });
  }

  /** Call what it returns when the user's code is done with the page. */
  begin({ bytes, millisBehindLatest, records, shardId }: UnpackedPage): () => void {
    const startedMs = this.#clock.monotonicMs();
    return () => {
      const durationMs = this.#clock.monotonicMs() - startedMs;
      this.#onEvent({
        type: "batch-processed",
        shardId,
        userRecords: records.length,
        bytes,
        millisBehindLatest,
        durationMs,
      });
    };
  }
}
