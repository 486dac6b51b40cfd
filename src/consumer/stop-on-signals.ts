// A container that is told to go has a few seconds: reading stops, what runs finishes, and is checkpointed.

/** Anything that stops gracefully. */
export interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Stops it at the first of the signals. The process then ends by itself, once nothing is left to do; a second signal ends it
 * at once, as if nobody listened. Returns what takes the listeners away again.
 * @param signals @defaultValue SIGTERM and SIGINT
 * @example
 * ```ts
 * const ignoreSignals = stopOnSignals(reader);
 * await reader.run({ record: async (record) => console.log(record.text()) });
 * ignoreSignals();
 * ```
 */
export function stopOnSignals(
  stoppable: Stoppable,
  signals: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"],
): () => void {
  const ignore = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (): void => {
    ignore();
    void stoppable.stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return ignore;
}
