// A bar on a terminal, plain lines in a pipe. Nothing of the demo's result is written here.

import type { WriteStream } from "node:tty";
import { SingleBar } from "cli-progress";

export interface Progress {
  line(text?: string): void;
  /** Shows how far `work` is until it settles. */
  during<T>(label: string, total: number, work: (advance: (by: number) => void) => Promise<T>): Promise<T>;
}

export function progressOn(out: NodeJS.WriteStream): Progress {
  return out.isTTY ? new BarProgress(out) : new LineProgress(out);
}

class BarProgress implements Progress {
  readonly #out: WriteStream;

  constructor(out: WriteStream) {
    this.#out = out;
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  async during<T>(label: string, total: number, work: (advance: (by: number) => void) => Promise<T>): Promise<T> {
    const bar = new SingleBar({
      stream: this.#out,
      format: `     ${label} {bar} {percentage}% of {total}`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 30,
      hideCursor: true,
      // The line that sums up takes its place.
      clearOnComplete: true,
      // It would otherwise listen for the signals that the run itself answers.
      gracefulExit: false,
    });
    bar.start(total, 0);
    try {
      return await work((by) => bar.increment(by));
    } finally {
      bar.stop();
    }
  }
}

class LineProgress implements Progress {
  readonly #out: NodeJS.WritableStream;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  async during<T>(label: string, total: number, work: (advance: (by: number) => void) => Promise<T>): Promise<T> {
    let done = 0;
    let quarter = 0;
    return await work((by) => {
      done += by;
      const reached = Math.min(3, Math.floor((4 * done) / total));
      if (reached > quarter) this.line(`     ${label}: ${reached * 25}%`);
      quarter = Math.max(quarter, reached);
    });
  }
}
