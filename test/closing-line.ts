// The last line of a test run, for a reader that looks for it: "N passed, N failed", alone on its line, from what the
// runner knows. A test file that could not be loaded and an error outside any test each count as one failure.

import type { Reporter, SerializedError, TestModule } from "vitest/node";

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        if (state === "failed") failed++;
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      failed += module.errors().length;
      // Whatever else made the file fail must not read as a success.
      if (failed === before && module.state() === "failed") failed++;
    }
    // No test file at all: the runner fails such a run, so this line may not say otherwise.
    if (modules.length === 0) failed++;
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
