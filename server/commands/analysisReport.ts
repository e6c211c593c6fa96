import type { EditorDiagnostic } from "../protocol/editor.ts";
import { count } from "../util/count.ts";
import { plainText, sourceLink } from "../util/markdown.ts";
import type { FileFindings, Findings, FunctionFindings } from "../workspace/analysis/findings.ts";
import { isTestOf } from "./findings.ts";

export interface Analysed {
  /** What was analysed, as one says it. */
  readonly what: string;
  readonly findings: Findings;
  /** Labels of all files of the workspace, to find tests by their names. */
  readonly all: readonly string[];
  /** By label, in how many of the last commits a file was changed. */
  readonly commits: ReadonlyMap<string, number>;
  readonly problems: readonly (EditorDiagnostic & { readonly label: string })[];
  /** Whether all files of the workspace were read: only then is known what nobody uses. */
  readonly isWhole: boolean;
}

/** From here on a function is worth a look (McCabe's own limit), and a reader has to scroll. */
const COMPLEX = 10;
const LONG_LINES = 50;
const LARGE_LINES = 400;
const MAX_ROWS = 10;

/** What was found, as tables with links, the worst first. */
export function analysisReport(analysed: Analysed): string {
  const { files } = analysed.findings;
  const sections = [
    complex(files),
    long(files),
    large(files),
    hot(analysed),
    duplicated(analysed),
    unused(analysed),
    untested(analysed),
    problems(analysed),
    todos(files),
  ].filter((section) => section !== undefined);
  const clean =
    sections.length === 0 ? ["Nothing stands out: no long or complex function, no duplicates, no problems."] : [];
  return [headline(analysed), ...sections, ...clean].join("\n\n");
}

type Located = FunctionFindings & { readonly label: string };

function headline({ what, findings: { files } }: Analysed): string {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const functions = files.reduce((sum, file) => sum + (file.functions?.length ?? 0), 0);
  const counts = [count(files.length, "file"), count(lines, "line"), count(functions, "function")];
  return `**${plainText(what)}**: ${counts.join(", ")}.`;
}

function complex(files: readonly FileFindings[]): string | undefined {
  const found = functionsOf(files)
    .filter(({ complexity }) => complexity > COMPLEX)
    .sort((a, b) => b.complexity - a.complexity);
  return section(
    `Complex functions`,
    `More than ${COMPLEX} ways through (cyclomatic complexity, McCabe 1976: decisions + 1).`,
    ["Function", "Ways", "Lines"],
    found.map((one) => [functionLink(one), `${one.complexity}`, `${lengthOf(one)}`]),
  );
}

function long(files: readonly FileFindings[]): string | undefined {
  const found = functionsOf(files)
    .filter((one) => lengthOf(one) > LONG_LINES)
    .sort((a, b) => lengthOf(b) - lengthOf(a));
  return section(
    "Long functions",
    `More than ${LONG_LINES} lines.`,
    ["Function", "Lines"],
    found.map((one) => [functionLink(one), `${lengthOf(one)}`]),
  );
}

function large(files: readonly FileFindings[]): string | undefined {
  const found = files.filter(({ lines }) => lines > LARGE_LINES).sort((a, b) => b.lines - a.lines);
  return section(
    "Large files",
    `More than ${LARGE_LINES} lines.`,
    ["File", "Lines"],
    found.map(({ label, lines }) => [sourceLink(label, 1, label), `${lines}`]),
  );
}

/** What is changed often and hard to understand breaks first. */
function hot({ findings: { files }, commits }: Analysed): string | undefined {
  const found = files
    .flatMap(({ label, functions = [] }) => {
      const ways = functions.reduce((sum, { complexity }) => sum + complexity, 0);
      const changes = commits.get(label) ?? 0;
      return changes > 1 && ways > COMPLEX ? [{ label, ways, changes }] : [];
    })
    .sort((a, b) => b.ways * b.changes - a.ways * a.changes);
  return section(
    "Hot files",
    "Changed often and complex: commits times complexity, of the last 2,000 commits.",
    ["File", "Commits", "Ways"],
    found.map(({ label, ways, changes }) => [sourceLink(label, 1, label), `${changes}`, `${ways}`]),
  );
}

function duplicated({ findings: { duplicates } }: Analysed): string | undefined {
  return section(
    "Duplicated code",
    "The same but for comments and the values of numbers and strings.",
    ["Lines", "Here", "And here"],
    duplicates.map(({ lines, places: [a, b] }) => [
      `${lines}`,
      sourceLink(a.label, a.startLine),
      sourceLink(b.label, b.startLine),
    ]),
  );
}

function unused({ findings, isWhole }: Analysed): string | undefined {
  if (!isWhole) return undefined;
  const found = findings.unused.filter(({ label }) => !isTest(label));
  return section(
    "Exported, named in no other file",
    "What is called by name from a string, or from outside the workspace, is not seen.",
    ["Name", "Where"],
    found.map(({ name, label, line }) => [`\`${name}\``, sourceLink(label, line)]),
  );
}

function untested({ findings: { files }, all }: Analysed): string | undefined {
  const tests = all.filter(isTest);
  if (tests.length === 0) return undefined;
  const found = files
    .filter(({ label, functions = [] }) => functions.length > 0 && !isTest(label))
    .filter(({ label }) => !tests.some((test) => isTestOf(test, label)))
    .map(({ label, functions = [] }) => ({ label, ways: functions.reduce((sum, one) => sum + one.complexity, 0) }))
    .filter(({ ways }) => ways > COMPLEX)
    .sort((a, b) => b.ways - a.ways);
  return section(
    "No test of that name",
    "Files with code for which no test file is named. They may be tested under another name.",
    ["File", "Ways"],
    found.map(({ label, ways }) => [sourceLink(label, 1, label), `${ways}`]),
  );
}

function problems({ problems: found }: Analysed): string | undefined {
  const sorted = found.toSorted((a, b) => Number(a.severity !== "error") - Number(b.severity !== "error"));
  return section(
    "Problems that the editor shows",
    undefined,
    ["Where", "What"],
    sorted.map(({ label, line, severity, message }) => {
      return [sourceLink(label, line), `${severity}: ${cell(message.split("\n", 1)[0] ?? "")}`];
    }),
  );
}

function todos(files: readonly FileFindings[]): string | undefined {
  const found = files.flatMap(({ label, todos: own }) => own.map((todo) => ({ label, ...todo })));
  return section(
    "Left to do",
    undefined,
    ["Where", "What"],
    found.map(({ label, line, text }) => [sourceLink(label, line), cell(text)]),
  );
}

function section(
  title: string,
  why: string | undefined,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string | undefined {
  if (rows.length === 0) return undefined;
  const row = (cells: readonly string[]) => `| ${cells.map((one) => one.replace(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  const shown = rows.slice(0, MAX_ROWS).map(row);
  const more = rows.length > MAX_ROWS ? [`\nand ${rows.length - MAX_ROWS} more.`] : [];
  const table = [row(heads), row(heads.map(() => "---")), ...shown, ...more].join("\n");
  return [`### ${title}`, ...(why === undefined ? [] : [why]), table].join("\n\n");
}

function functionsOf(files: readonly FileFindings[]): Located[] {
  return files.flatMap(({ label, functions = [] }) => functions.map((one) => ({ ...one, label })));
}

function functionLink({ label, startLine, name }: Located): string {
  return `${sourceLink(label, startLine, name)} in ${plainText(label)}`;
}

function lengthOf({ startLine, endLine }: FunctionFindings): number {
  return endLine - startLine + 1;
}

function cell(text: string): string {
  return plainText(text);
}

function isTest(label: string): boolean {
  return /(^|\/)(?:tests?|specs?|__tests__)\/|[._-](?:test|tests|spec)\.[^/]+$|(^|\/)test_[^/]+$|Tests?\.[^/]+$/.test(
    label,
  );
}
