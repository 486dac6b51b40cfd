// Which seeds a test runs: SEED=17 one, SEEDS=10000 so many, else as many as fit into a run of all tests.

export function seeds(byDefault: number): readonly { readonly seed: number }[] {
  const { SEED: one, SEEDS: many } = process.env;
  if (one !== undefined) return [{ seed: wholeNumber("SEED", one) }];
  return Array.from({ length: many === undefined ? byDefault : wholeNumber("SEEDS", many) }, (_, index) => ({
    seed: index + 1,
  }));
}

/** One seed cannot show all that many show together. */
export const isReplay: boolean = process.env["SEED"] !== undefined;

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number; it is ${JSON.stringify(text)}`);
  return Number(text);
}
