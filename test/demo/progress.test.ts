import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { progressOn } from "../../demo/progress.ts";

/** What is written to a terminal, or to a pipe, while four steps of a hundred are made. */
async function shown(isTTY: boolean): Promise<string> {
  const out = Object.assign(new PassThrough().setEncoding("utf8"), {
    isTTY,
    columns: 100,
  }) as unknown as NodeJS.WriteStream & PassThrough;
  const progress = progressOn(out);
  const result = await progress.during("put", 400, async (advance) => {
    for (let step = 0; step < 4; step++) advance(100);
    return "done";
  });
  progress.line(result);
  return String(out.read());
}

describe("progress", () => {
  it("is plain lines in a pipe", async () => {
    expect(await shown(false)).toBe("     put: 25%\n     put: 50%\n     put: 75%\ndone\n");
  });

  it("is a bar on a terminal, which leaves its place to the line after it", async () => {
    const text = await shown(true);
    expect(text).toContain("put ██████████████████████████████ 100% of 400");
    expect(text.endsWith("\u001b[2Kdone\n")).toBe(true);
  });

  it("ends the bar when the work fails", async () => {
    const out = Object.assign(new PassThrough().setEncoding("utf8"), {
      isTTY: true,
      columns: 100,
    }) as unknown as NodeJS.WriteStream & PassThrough;
    const failing = progressOn(out).during("put", 400, () => Promise.reject(new Error("refused")));
    await expect(failing).rejects.toThrow("refused");
    expect(String(out.read()), "the cursor is shown again").toContain("\u001b[?25h");
  });
});
