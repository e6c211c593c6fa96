import type { CommandSuggestion, EditorSituation } from "../protocol/commands.ts";
import type { Need, SlashCommand } from "../protocol/slashCommands.ts";
import type { CommandsUsed } from "../store/workspaceSettings.ts";
import { best, matchWord, moved, type Offered, type WordMatch } from "./matching.ts";

/** What is known while somebody types a slash. */
export interface Situation {
  readonly now: Date;
  readonly used: CommandsUsed;
  readonly editor: EditorSituation;
  /** That is checked out. */
  readonly branch?: string | undefined;
  /** Something has changed since the last commit. */
  readonly hasChanges: boolean;
  /** Commands that stand for what is often asked for here in plain words. */
  readonly habits: readonly string[];
  /** What is not there. */
  readonly lacks: readonly Exclude<Need, "target">[];
}

const RECENT_MS = 14 * 24 * 60 * 60_000;
/** Of a close match, for one of the beginning: with all that can be added it stays below 1. */
const CLOSE = 0.5;

/** The commands that what is typed may become, best first; among equals those that were used more often. Pure. */
export function suggestCommands(typed: string, commands: readonly SlashCommand[], situation: Situation): Offered[] {
  const timesUsed = ({ name }: SlashCommand) => situation.used[name]?.count ?? 0;
  return best(
    commands
      .toSorted((a, b) => timesUsed(b) - timesUsed(a))
      .flatMap((command) => {
        const match = matchWord(typed, command.name);
        return match === undefined ? [] : [offerOf(command, match, situation)];
      }),
  );
}

function offerOf(command: SlashCommand, match: WordMatch, situation: Situation): Offered {
  const { name, usage, summary } = command;
  const fit = fitOf(command, situation);
  const lastAt = situation.used[name]?.lastAt;
  const isRecent = lastAt !== undefined && situation.now.getTime() - Date.parse(lastAt) < RECENT_MS;
  const why = [match.kind === "close" && "close match", isRecent && "recent", fit].filter(Boolean).join(", ");
  const limited = limitOf(command, situation);
  const suggestion: CommandSuggestion = {
    text: `/${name}${usage === undefined ? "" : " "}`,
    label: `/${name}`,
    marks: moved(match.marks, 1),
    summary,
    ...(why !== "" && { why }),
    score: scoreOf(match, isRecent, fit !== undefined),
    ...(limited !== undefined && { limited }),
  };
  return { suggestion, match, fits: fit !== undefined };
}

/** What of a command fits the project or what is open, in words. */
function fitOf(command: SlashCommand, situation: Omit<Situation, "now" | "used" | "lacks">): string | undefined {
  const { editor, branch, hasChanges, habits } = situation;
  const takes = command.targets ?? [];
  if (command.needs?.includes("git") && hasChanges) return "fits your changes";
  if (editor.hasSelection && takes.includes("selection")) return "fits the selection";
  const language = LANGUAGES.get(editor.language ?? "");
  const isOfCode = takes.includes("file") || wordsOf(command.summary).includes(language?.toLowerCase() ?? "");
  if (language !== undefined && isOfCode) return `fits ${language}`;
  if (wordsOf(command.name).some((word) => wordsOf(branch ?? "").includes(word))) return "fits this branch";
  return habits.includes(command.name) ? "fits what you often ask" : undefined;
}

/** The formula of the design: 1 for a match, + 0.5 when used recently, + 0.3 when it fits. */
export function scoreOf({ kind }: WordMatch, isRecent: boolean, fits: boolean): number {
  const score = 1 + (isRecent ? 0.5 : 0) + (fits ? 0.3 : 0);
  return Math.round((kind === "prefix" ? score : score * CLOSE) * 100) / 100;
}

/** Why a command can do nothing now, or less. */
function limitOf({ needs = [] }: SlashCommand, { lacks, editor }: Situation): string | undefined {
  const hasTarget = editor.file !== undefined || editor.hasSelection === true;
  const missing = needs.find((need) => (need === "target" ? !hasTarget : lacks.includes(need)));
  return missing && LIMITS[missing];
}

const LIMITS: Readonly<Record<Need, string>> = {
  trust: "Needs a trusted folder.",
  model: "Needs a model. Without one it can do little.",
  git: "Needs a git repository.",
  target: "Needs something to work on: open a file, select code, or name it.",
};

/** Long enough to mean something. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}+#]{3,}/gu) ?? [];
}

/** Languages of code by VS Code's ids. */
const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    typescript: "TypeScript",
    typescriptreact: "TypeScript",
    javascript: "JavaScript",
    javascriptreact: "JavaScript",
    python: "Python",
    java: "Java",
    kotlin: "Kotlin",
    scala: "Scala",
    go: "Go",
    rust: "Rust",
    c: "C",
    cpp: "C++",
    csharp: "C#",
    swift: "Swift",
    dart: "Dart",
    lua: "Lua",
    ruby: "Ruby",
    php: "PHP",
    perl: "Perl",
    r: "R",
    shellscript: "shell",
    powershell: "PowerShell",
    sql: "SQL",
    css: "CSS",
    scss: "CSS",
    html: "HTML",
    vue: "Vue",
    svelte: "Svelte",
  }),
);
