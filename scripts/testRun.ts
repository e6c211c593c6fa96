import { relative } from "node:path";
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
  /** Who waits for real processes may wait in vain on a busy machine: a file that failed is run once more, alone, and says so. */
  readonly again?: boolean;
  readonly signal: AbortSignal;
}

/** Runs test files, each in a process of its own, shows every test, and counts. */
export async function runTestFiles(files: readonly string[], options: RunOptions): Promise<Totals> {
  const first = await runOnce(files, options);
  if (!options.again || first.failedFiles.length === 0 || options.signal.aborted) return first.totals;
  console.log(`\nOnce more, one at a time: ${first.failedFiles.join(", ")}`);
  const second = await runOnce(first.failedFiles, { ...options, concurrency: 1 });
  const { passed, failed, skipped } = first.totals;
  console.log(`${failed - second.totals.failed} of ${failed} tests that failed pass when their file runs alone.`);
  return { passed: passed + failed - second.totals.failed, failed: second.totals.failed, skipped };
}

async function runOnce(files: readonly string[], options: RunOptions) {
  const results = run({
    files: [...files],
    concurrency: options.concurrency,
    timeout: options.fileTimeoutMs,
    signal: options.signal,
  });
  let totals: Totals = { passed: 0, failed: 1, skipped: 0 };
  const failedFiles = new Set<string>();
  results.on("test:fail", ({ file, details, todo }) => {
    if (file !== undefined && todo === undefined && details !== undefined) failedFiles.add(file);
  });
  results.on("test:summary", (summary) => {
    if (summary.file !== undefined) return;
    const { tests, passed, skipped, todo } = summary.counts;
    totals = { passed, failed: tests - passed - skipped - todo, skipped: skipped + todo };
  });
  for await (const text of results.compose(new spec())) process.stdout.write(text);
  return { totals, failedFiles: [...failedFiles].map((file) => relative("", file)) };
}
