/** How a connection breaks. Nothing of it is an answer of the service. */
export type Break =
  /** Closed at once, before or after the service had done its work; the caller can't tell. */
  | "reset"
  /** The answer begins and ends in its middle. */
  | "truncated"
  /** The connection stays, the answer never comes. */
  | "lost";

/** Inside the model: the door breaks the connection in its own way, and never sends this. */
export class BrokenConnectionError extends Error {
  override readonly name = "BrokenConnectionError";
  readonly how: Break;
  /** What the service had answered: a truncated answer shows the beginning of it. Unset if the service never saw the call. */
  readonly output: object | undefined;

  constructor(how: Break, output?: object) {
    super(`the connection is broken: ${how}`);
    this.how = how;
    this.output = output;
  }
}
