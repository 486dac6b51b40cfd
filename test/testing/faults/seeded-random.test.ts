import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/testing/faults/index.ts";
import { codedError } from "../../codec/coded-error.ts";

describe("seededRandom: sfc32, the same on every machine", () => {
  // Written by PractRand's own C: a = stream, b and c = the seed's halves, counter = 1, twelve numbers thrown away.
  it.each([
    [0, 0, [1363572419, 145230303, 808754475, 4216505632]],
    [0, 1, [441792574, 614447336, 1644328534, 3387734806]],
    [1, 0, [2012149540, 1872316204, 1707632675, 1779833415]],
    [42, 1, [123705250, 3565094256, 3801804701, 298173413]],
    [Number.MAX_SAFE_INTEGER, 0, [3268402823, 2602357022, 3266425223, 182731693]],
    [Number.MAX_SAFE_INTEGER, 1, [419723818, 1310055082, 4080558010, 1181317088]],
  ])("seed %d, stream %d", (seed, stream, numbers) => {
    const random = seededRandom(seed, stream);
    expect(numbers.map(() => random() * 2 ** 32)).toEqual(numbers);
  });

  it("spreads over 0 up to, not including, 1", () => {
    const random = seededRandom(7);
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      const number = random();
      if (number < 0 || number >= 1) expect.fail(`${number} is outside`);
      tenths[Math.floor(number * 10)]!++;
    }
    // Five standard deviations of a tenth of 100,000 draws.
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(475);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "7" as never])("refuses the seed %s", (seed) => {
    expect(codedError(() => seededRandom(seed))).toMatchObject({ code: "KPL_KIT_INVALID_OPTION", field: "seed" });
  });
});
