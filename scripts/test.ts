import { globSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { runTestFiles, type Totals } from "./testRun.ts";
import { check, FAST, Preparation, STAGES, type Stage } from "./testStages.ts";

const ROOT = join(import.meta.dirname, "..");

const HELP = `npm test [-- [--fast] [--nightly] [NAME...]]

NAME       a stage (check, ${STAGES.map((stage) => stage.name).join(", ")}), or part of a test file's path
--fast     check, ${FAST.join(" and ")} only
--nightly  also what takes long (RUBBERDUCK_NIGHTLY=1)`;

interface Job {
  readonly stage: Stage;
  readonly files: readonly string[];
}

interface Row extends Totals {
  readonly name: string;
  readonly seconds: number;
}

if (import.meta.main) process.exit(await test(process.argv.slice(2)));

/** Runs the tests and answers the exit code. */
export async function test(args: readonly string[]): Promise<number> {
  const { values, names } = parse(args);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.nightly) process.env.RUBBERDUCK_NIGHTLY = "1";
  const chosen = values.fast ? [...names, "check", ...FAST] : names;
  const jobs = choose(chosen);
  const withCheck = chosen.length === 0 || chosen.includes("check");
  if (jobs.length === 0 && !withCheck) {
    console.error(`No stage and no test file matches "${names.join(" ")}". There are:`);
    for (const { stage, files } of choose([])) console.error([stage.name, ...files].join("\n  "));
    return 2;
  }
  return report(await runAll(withCheck, jobs));
}

function parse(args: readonly string[]) {
  try {
    const options = { fast: { type: "boolean" }, nightly: { type: "boolean" }, help: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, names: positionals };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

/** All stages without names; else the stages named, and of the others the files whose path contains a name. */
function choose(names: readonly string[]): Job[] {
  const parts = names.filter((name) => name !== "check" && !STAGES.some((stage) => stage.name === name));
  return STAGES.map((stage) => {
    const files = testFiles(stage);
    if (names.length === 0 || names.includes(stage.name)) return { stage, files };
    return { stage, files: files.filter((file) => parts.some((part) => file.includes(part))) };
  }).filter(({ stage, files }) => names.length === 0 || names.includes(stage.name) || files.length > 0);
}

function testFiles(stage: Stage): string[] {
  return globSync(`test/${stage.folder}/**/*.test.{ts,tsx}`, { cwd: ROOT })
    .map((file) => relative("", file).split(sep).join("/"))
    .sort();
}

async function runAll(withCheck: boolean, jobs: readonly Job[]): Promise<Row[]> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  const preparation = new Preparation((line) => console.log(line));
  const rows: Row[] = [];
  const add = async (name: string, work: () => Totals | Promise<Totals>): Promise<void> => {
    if (stop.signal.aborted) return;
    console.log(`\n== ${name} ==`);
    const started = performance.now();
    const totals = await work();
    rows.push({ name, ...totals, seconds: (performance.now() - started) / 1000 });
  };
  if (withCheck) await add("check", () => ({ passed: 0, failed: check().length, skipped: 0 }));
  for (const job of jobs) await add(job.stage.name, () => runStage(job, preparation, stop.signal));
  if (stop.signal.aborted) rows.push({ name: "stopped", passed: 0, failed: 1, skipped: 0, seconds: 0 });
  return rows;
}

async function runStage({ stage, files }: Job, preparation: Preparation, signal: AbortSignal): Promise<Totals> {
  if (files.length === 0) {
    console.log(`No test files in test/${stage.folder}.`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  try {
    await preparation.make(stage.needs);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`The stage "${stage.name}" could not start.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return runTestFiles(files, { ...stage, signal });
}

/** The table of stages, then the one line that sums them up. Answers the exit code. */
function report(rows: readonly Row[]): number {
  console.log("\nstage      seconds  passed  failed  skipped");
  for (const row of rows) {
    const { name, seconds, passed, failed, skipped } = row;
    const cells = [
      seconds.toFixed(1).padStart(7),
      `${passed}`.padStart(6),
      `${failed}`.padStart(6),
      `${skipped}`.padStart(7),
    ];
    console.log([name.padEnd(9), ...cells].join("  "));
  }
  const sum = (count: keyof Totals): number => rows.reduce((total, row) => total + row[count], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
  return sum("failed") > 0 ? 1 : 0;
}
