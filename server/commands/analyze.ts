import { homedir } from "node:os";
import type { Chat } from "../context/chat.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import type { EditorKnowledge } from "../tools/editorKnowledge.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";
import type { Clock } from "../util/clock.ts";
import { count } from "../util/count.ts";
import { DuckError } from "../util/errors.ts";
import { type Outcome, type Task, type TaskPart, work } from "../workflow/workflow.ts";
import type { AnalysedFile, CodeAnalysis } from "../workspace/analysis/codeAnalysis.ts";
import type { FileFindings, Findings } from "../workspace/analysis/findings.ts";
import type { FileList, ListedFile } from "../workspace/fileList.ts";
import type { FileReader } from "../workspace/fileReader.ts";
import { commitCounts } from "../workspace/folderHistory.ts";
import { admitFolders } from "../workspace/folders.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { type Analysed, analysisReport } from "./analysisReport.ts";
import type { Command, CommandCall } from "./command.ts";
import type { Target, Targets } from "./target.ts";
import { isCodeName, isPathLike, namedTarget } from "./targetName.ts";

export interface AnalyzeSources {
  readonly chat: Chat;
  readonly targets: Targets;
  readonly analysis: CodeAnalysis;
  readonly files: FileReader;
  readonly fileList: FileList;
  readonly paths: WorkspacePaths;
  /** Absent where there is no editor. */
  readonly editor?: EditorKnowledge | undefined;
  readonly clock: Clock;
}

/** So many files are looked at; of a larger workspace a folder can be named. */
const MAX_FILES = 5000;
const TOLD_EVERY = 100;

const WITHOUT_MODEL =
  "**No model was used.** One would say what matters most in this, what is no trouble, and what to do first. To connect one, run **RubberDuck: Choose Model**.";

/**
 * What the folder, the file or the selection looks like by measure: size, complexity, duplicates and more, with links. It needs no
 * model; with one its judgement follows.
 */
export function analyzeCommand(sources: AnalyzeSources): Command {
  return {
    ...SLASH_COMMANDS.analyze,
    async *run(call) {
      const { turn, signal } = call;
      const subject = await subjectOf(call, sources);
      const measures = new Measures(subject, sources);
      yield* work(measures.tasks, { clock: sources.clock, signal });
      const report = analysisReport(measures.analysed);
      yield { type: "text", text: report };
      if (sources.chat.modelFor(turn).name.kind === "offline") {
        yield { type: "text", text: `\n\n${WITHOUT_MODEL}` };
        yield { type: "end", stopReason: "complete", model: { kind: "offline", id: "offline" } };
        return;
      }
      yield { type: "text", text: "\n\n### What I make of it\n\n" };
      yield* sources.chat.answer({ turn, question: questionFor(subject, report) }, signal);
    },
  };
}

/** What is analysed. */
interface Subject {
  readonly what: string;
  readonly files: readonly ListedFile[];
  /** Only these lines of the one file. */
  readonly lines?: { readonly startLine: number; readonly endLine: number };
  readonly all: readonly string[];
  readonly wish: string;
}

async function subjectOf(call: CommandCall, { targets, fileList }: AnalyzeSources): Promise<Subject> {
  const { files, folders } = await fileList.list();
  const all = files.map(({ label }) => label);
  const { name, wish, isExplicit } = namedTarget(call.argument);
  const folder = name === undefined ? undefined : folders.find(({ label }) => label === withoutSlash(name));
  const attached = call.turn.message.attachments.find((one) => one.kind === "folder");
  const path = folder?.path ?? (name === undefined ? attached?.path : undefined);
  const within = folders.find((one) => one.path === path);
  if (within !== undefined) {
    const inside = files.filter(({ label }) => label.startsWith(`${within.label}/`));
    return { what: `${within.label}/`, files: limited(inside, `${within.label}/`), all, wish };
  }
  const isNamed = name !== undefined && (isExplicit || isPathLike(name) || isCodeName(name));
  const hasSelection = call.turn.message.attachments.some(({ kind }) => kind === "selection" || kind === "symbol");
  const target = isNamed || hasSelection ? await targets.findIfAny(call) : undefined;
  if (target !== undefined) return { ...ofTarget(target), all };
  if (files.length === 0)
    throw new DuckError("notFound", "There is no code to analyse: the folder holds no text file.");
  return { what: "The workspace", files: limited(files, "the workspace"), all, wish: call.argument };
}

function ofTarget({ place, label, what, wish }: Target): Omit<Subject, "all"> {
  const files = [{ path: place.path, label }];
  if (place.kind === "file") return { what, files, wish };
  return { what, files, wish, lines: { startLine: place.startLine, endLine: place.endLine } };
}

function limited(files: readonly ListedFile[], what: string): readonly ListedFile[] {
  if (files.length === 0) throw new DuckError("notFound", `There is no text file in ${what}.`);
  if (files.length <= MAX_FILES) return files;
  const most = MAX_FILES.toLocaleString("en-US");
  throw new DuckError(
    "invalidRequest",
    `There are ${files.length.toLocaleString("en-US")} files in ${what}; at most ${most} are analysed. Name a folder: /analyze src/`,
  );
}

/** What is measured, all at once. Kept here and not in the log: it is made again faster than read. */
class Measures {
  readonly #subject: Subject;
  readonly #sources: AnalyzeSources;
  #findings: Findings = { files: [], duplicates: [], unused: [] };
  #commits: Analysed["commits"] = new Map();
  #problems: Analysed["problems"] = [];

  constructor(subject: Subject, sources: AnalyzeSources) {
    this.#subject = subject;
    this.#sources = sources;
  }

  get tasks(): Task[] {
    return [
      { id: "measure", label: "Measure", run: (_, signal) => this.#measure(signal) },
      { id: "history", label: "Read history", run: () => this.#readHistory() },
      { id: "problems", label: "Ask for problems", run: (_, signal) => this.#askForProblems(signal) },
    ];
  }

  get analysed(): Analysed {
    const { what, all, files } = this.#subject;
    const isWhole = files.length === all.length;
    return { what, all, isWhole, findings: this.#findings, commits: this.#commits, problems: this.#problems };
  }

  async *#measure(signal: AbortSignal): AsyncGenerator<TaskPart, Outcome> {
    const { files, lines } = this.#subject;
    const progress = new AsyncQueue<TaskPart>();
    let done = 0;
    const onFile = () => {
      done++;
      const message = `Measured ${done} of ${files.length} files`;
      if (done % TOLD_EVERY === 0) progress.push({ type: "progress", message });
    };
    const { analysis, files: reader } = this.#sources;
    const measuring = analysis.analyse(readable(files, reader), onFile, signal).finally(() => progress.end());
    measuring.catch(() => {});
    yield* progress;
    const found = await measuring;
    this.#findings = lines === undefined ? found : within(found, lines);
    return { output: "", note: count(found.files.length, "file") };
  }

  async *#readHistory(): AsyncGenerator<TaskPart, Outcome> {
    yield { type: "progress", message: "Reading the history" };
    const { folders } = await admitFolders(this.#sources.paths.folders, homedir());
    this.#commits = await commitCounts(folders);
    return { output: "", note: this.#commits.size === 0 ? "no repository" : count(this.#commits.size, "file") };
  }

  async *#askForProblems(signal: AbortSignal): AsyncGenerator<TaskPart, Outcome> {
    const { editor } = this.#sources;
    if (editor !== undefined) yield { type: "progress", message: "Asking the editor for problems" };
    const found = await editor?.diagnostics(undefined, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (found === undefined) return { output: "", note: "no editor to ask" };
    const labels = new Map(this.#subject.files.map(({ path, label }) => [path, label]));
    this.#problems = found.flatMap((one) => {
      const label = labels.get(one.path);
      const isWanted = label !== undefined && isWithin(one.line, this.#subject.lines);
      return isWanted && (one.severity === "error" || one.severity === "warning") ? [{ ...one, label }] : [];
    });
    return { output: "", note: count(this.#problems.length, "problem") };
  }
}

/** Those that can be read; a file that is gone meanwhile is left out. */
async function* readable(files: readonly ListedFile[], reader: FileReader): AsyncGenerator<AnalysedFile> {
  for (const { path, label } of files) {
    const text = await reader.read(path).then(
      (file) => file.text,
      (error: unknown) => {
        if (error instanceof DuckError) return undefined;
        throw error;
      },
    );
    if (text !== undefined) yield { label, text };
  }
}

type Lines = NonNullable<Subject["lines"]>;

/** What of it lies in these lines of the one file. */
function within({ files, duplicates }: Findings, lines: Lines): Findings {
  return {
    files: files.map((file): FileFindings => {
      const functions = file.functions?.filter(({ startLine }) => isWithin(startLine, lines));
      const todos = file.todos.filter(({ line }) => isWithin(line, lines));
      return { label: file.label, lines: lines.endLine - lines.startLine + 1, todos, ...(functions && { functions }) };
    }),
    duplicates: duplicates.filter(({ places }) => places.some(({ startLine }) => isWithin(startLine, lines))),
    unused: [],
  };
}

function isWithin(line: number, lines: Lines | undefined): boolean {
  return lines === undefined || (lines.startLine <= line && line <= lines.endLine);
}

function questionFor({ what, wish }: Subject, report: string): string {
  const added = wish === "" ? "" : ` The user added: ${wish}`;
  return `This was measured of ${what}:\n\n${report}\n\nSay in a few sentences what matters most in it, what is no trouble although it stands there, and what to do first. Do not repeat the tables.${added}`;
}

function withoutSlash(name: string): string {
  return name.replace(/^\.\//, "").replace(/\/+$/, "");
}
