// What ties one life of a reader to the world, and can be cut in an instant, as by the end of its process: no timer of it
// runs any more, and what it waits for never comes.

import type { Clock } from "../../src/kinesis/index.ts";

export class Lifeline implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #isCut = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  timer(ms: number, run: () => void, options?: { readonly unref?: boolean }): () => void {
    if (this.#isCut) return () => undefined;
    const stop = this.#clock.timer(
      ms,
      () => {
        this.#cancels.delete(cancel);
        run();
      },
      options,
    );
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.timer(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** As the promise, unless the line is cut before it settles: then never. */
  through<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.#isCut) resolve(value);
        },
        (error: unknown) => {
          if (!this.#isCut) reject(error as Error);
        },
      );
    });
  }

  /** The same iteration, of which no step comes once the line is cut. */
  iterate<T>(iterable: AsyncIterable<T>): AsyncIterableIterator<T, undefined> {
    const iterator = iterable[Symbol.asyncIterator]();
    const iterated: AsyncIterableIterator<T, undefined> = {
      [Symbol.asyncIterator]: () => iterated,
      next: () => this.through(iterator.next()),
      return: () => this.through(iterator.return?.() ?? Promise.resolve({ done: true, value: undefined })),
    };
    return iterated;
  }

  cut(): void {
    this.#isCut = true;
    for (const cancel of this.#cancels) cancel();
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get timers(): number {
    return this.#cancels.size;
  }
}
