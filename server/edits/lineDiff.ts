import { diffArrays } from "diff";

/** Lines [start, end) of the one text are lines [from, to) of the other; what stands between two of these is the same in both. */
export interface ChangedRun {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Texts that have little in common take long to compare; then all between their common ends counts as changed. */
const TIMEOUT_MS = 500;

/** In the order of the texts. The server's only importer of diff. */
export function changedRuns(before: readonly string[], after: readonly string[]): ChangedRun[] {
  const parts = diffArrays([...before], [...after], { timeout: TIMEOUT_MS });
  if (parts === undefined) return [betweenEnds(before, after)];
  const runs: ChangedRun[] = [];
  let start = 0;
  let from = 0;
  for (const { added, removed, count } of parts) {
    const end = start + (added ? 0 : count);
    const to = from + (removed ? 0 : count);
    if (added || removed) add(runs, { start, end, from, to });
    start = end;
    from = to;
  }
  return runs;
}

function add(runs: ChangedRun[], run: ChangedRun): void {
  const last = runs.at(-1);
  if (last?.end === run.start && last.to === run.from) runs[runs.length - 1] = { ...last, end: run.end, to: run.to };
  else runs.push(run);
}

function betweenEnds(before: readonly string[], after: readonly string[]): ChangedRun {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: before.length - same, from: start, to: after.length - same };
}
