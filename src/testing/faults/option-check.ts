import { InvalidOptionError } from "../../codec/index.ts";

/** Names an option by its place in what was given: "rules[2].fault.ms". */
export class OptionCheck {
  readonly #place: string;

  /** @param place of the rule; empty where there is only one */
  constructor(place: string) {
    this.#place = place;
  }

  that(option: string, value: unknown, isRight: boolean, range: string): void {
    if (!isRight) throw new InvalidOptionError([this.#place, option].filter(Boolean).join(".") || "rule", value, range);
  }

  integer(option: string, value: unknown, least: number, range = `an integer from ${least}`): void {
    this.that(option, value, Number.isSafeInteger(value) && (value as number) >= least, range);
  }

  milliseconds(option: string, value: unknown): void {
    this.that(
      option,
      value,
      Number.isFinite(value) && (value as number) >= 0,
      "a finite number of milliseconds from 0",
    );
  }

  share(option: string, value: unknown): void {
    const isShare = typeof value === "number" && value > 0 && value <= 1;
    this.that(option, value, isShare, "a number above 0, at most 1");
  }

  oneOf(option: string, value: unknown, values: readonly string[]): void {
    this.that(option, value, values.includes(value as string), `one of ${values.join(", ")}`);
  }

  /** A misspelt option would be one that is silently not there. */
  object(option: string, value: unknown, names: readonly string[]): void {
    this.that(option, value, typeof value === "object" && value !== null, "an object");
    for (const [name, found] of Object.entries(value as object)) {
      const path = [option, name].filter(Boolean).join(".");
      this.that(path, found, names.includes(name), `absent: what can be set is ${names.join(", ")}`);
    }
  }
}
