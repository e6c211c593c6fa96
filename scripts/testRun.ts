import { run } from "node:test";
import { spec } from "node:test/reporters";

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface RunOptions {
  readonly concurrency: number;
  readonly fileTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Runs test files, each in a process of its own, shows every test, and counts. */
export async function runTestFiles(files: readonly string[], options: RunOptions): Promise<Totals> {
  const results = run({
    files: [...files],
    concurrency: options.concurrency,
    timeout: options.fileTimeoutMs,
    signal: options.signal,
  });
  let totals: Totals | undefined;
  results.on("test:summary", (summary) => {
    if (summary.file !== undefined) return;
    const { tests, passed, skipped, todo } = summary.counts;
    totals = { passed, failed: tests - passed - skipped - todo, skipped: skipped + todo };
  });
  for await (const text of results.compose(new spec())) process.stdout.write(text);
  return totals ?? { passed: 0, failed: 1, skipped: 0 };
}
