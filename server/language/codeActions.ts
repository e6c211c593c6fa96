import { type CodeAction, CodeActionKind, CodeActionTag, type Diagnostic, type Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { z } from "zod";
import { type CodeActionCall, type CodeActionCommand, RUN_CODE_ACTION } from "../protocol/codeActions.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import { pathOf } from "./documents.ts";
import { enclosingFunction } from "./enclosingFunction.ts";

/** What there is to work with. */
export interface ActionSituation {
  /** False in restricted mode: nothing is offered. */
  readonly trusted: boolean;
  /** Some model answers that is not the offline one. */
  readonly hasModel: boolean;
  /** Whether a file stands in one of the open folders; absolute. */
  readonly isInside: (path: string) => boolean;
}

/** What the editor asks for. */
export interface AskedActions {
  /** Kinds, and what stands below them; absent for all. */
  readonly only?: readonly string[];
  /** Somebody asked; else the editor looks by itself whether to show its lightbulb. */
  readonly invoked?: boolean;
}

/** Kinds that are offered. */
export const CODE_ACTION_KINDS = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorRewrite,
  "source.analyze.rubberduck",
  "rubberduck.explain",
  "rubberduck.test",
];

/**
 * What can be done about the selection, the problems in it, or the function under the cursor. Of a document as it is open; nothing is
 * read. None is preferred, so that a fix that a language knows stays the first.
 */
export function codeActionsFor(
  document: TextDocument,
  range: Range,
  diagnostics: readonly Diagnostic[],
  situation: ActionSituation,
  { only, invoked = true }: AskedActions = {},
): CodeAction[] {
  const path = pathOf(document.uri);
  if (path === undefined || !situation.trusted || isSecretFile(path) || !situation.isInside(path)) return [];
  const lines = diagnostics.length > 0 || isEmpty(range) ? linesIn(document) : [];
  const target = targetOf(document, lines, range, invoked);
  const offered = [
    ...diagnostics.slice(0, MAX_PROBLEMS).flatMap((diagnostic) => onProblem(lines, diagnostic)),
    ...(target === undefined ? [] : onCode(target)),
  ];
  return offered
    .filter(({ command }) => situation.hasModel || !NEEDS_MODEL.has(command))
    .filter(({ kind }) => isAsked(kind, only))
    .map((one) => toAction(one, document.uri));
}

/** Fills in what an action runs, once it was chosen. The document may have changed since: its lines are looked up again. */
export function resolveCodeAction(action: CodeAction, open: (uri: string) => TextDocument | undefined): CodeAction {
  const { data, success } = actionData.safeParse(action.data);
  const document = success ? open(data.uri) : undefined;
  const path = success ? pathOf(data.uri) : undefined;
  if (!success || document === undefined || path === undefined) return action;
  const { command, problem } = data;
  const [startLine, endLine] = linesOf(document, data);
  const call: CodeActionCall = {
    command,
    path,
    language: document.languageId,
    startLine: startLine + 1,
    endLine: endLine + 1,
    ...(problem !== undefined && { problem }),
  };
  return { ...action, command: { title: action.title, command: RUN_CODE_ACTION, arguments: [call] } };
}

const MAX_PROBLEMS = 3;
const MAX_PROBLEM_CHARACTERS = 300;
const MAX_TITLE_CHARACTERS = 60;

/** explain gives an outline without one, and analyze never needs it. */
const NEEDS_MODEL: ReadonlySet<CodeActionCommand> = new Set(["refactor", "fix", "test", "doc"]);

const actionData = z.object({
  command: z.enum(["refactor", "fix", "explain", "analyze", "test", "doc"]),
  uri: z.string(),
  startLine: z.int().min(0),
  endLine: z.int().min(0),
  /** The function around the first line is meant, wherever it ends. */
  wholeFunction: z.boolean(),
  problem: z.string().optional(),
});

type ActionData = z.infer<typeof actionData>;

interface Offered extends Omit<ActionData, "uri"> {
  readonly title: string;
  readonly kind: string;
  readonly diagnostic?: Diagnostic;
}

interface Target extends Pick<ActionData, "startLine" | "endLine" | "wholeFunction"> {
  /** "Refactor greet…", "Refactor the selection…" */
  readonly name: string;
}

/** The selection, else the function: everywhere in it for who asks, at its name alone for the lightbulb. */
function targetOf(
  document: TextDocument,
  lines: readonly string[],
  { start, end }: Range,
  invoked: boolean,
): Target | undefined {
  if (!isEmpty({ start, end })) {
    if (document.getText({ start, end }).trim() === "") return undefined;
    const endLine = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
    return { name: "the selection", startLine: start.line, endLine, wholeFunction: false };
  }
  if (PROSE.has(document.languageId)) return undefined;
  const found = enclosingFunction(lines, start.line);
  if (found === undefined || (!invoked && found.startLine !== start.line)) return undefined;
  return { name: found.name, startLine: found.startLine, endLine: found.endLine, wholeFunction: true };
}

function onCode({ name, ...lines }: Target): Offered[] {
  const of = (command: CodeActionCommand, title: string, kind: string): Offered => ({ command, title, kind, ...lines });
  return [
    of("refactor", `Refactor ${name}… (RubberDuck)`, CodeActionKind.RefactorRewrite),
    of("doc", `Document ${name} (RubberDuck)`, CodeActionKind.RefactorRewrite),
    of("explain", `Explain ${name} (RubberDuck)`, "rubberduck.explain"),
    of("test", `Generate tests for ${name} (RubberDuck)`, "rubberduck.test"),
    of("analyze", "Analyze this file (RubberDuck)", "source.analyze.rubberduck"),
  ];
}

function onProblem(text: readonly string[], diagnostic: Diagnostic): Offered[] {
  const { start, end } = diagnostic.range;
  const around = enclosingFunction(text, start.line);
  const lines = { startLine: start.line, endLine: Math.max(start.line, end.line), wholeFunction: around !== undefined };
  const problem = problemOf(diagnostic);
  const short = shortened(problem, MAX_TITLE_CHARACTERS);
  return [
    {
      command: "fix",
      title: `Fix: ${short} (RubberDuck)`,
      kind: CodeActionKind.QuickFix,
      ...lines,
      problem,
      diagnostic,
    },
    { command: "explain", title: `Explain: ${short} (RubberDuck)`, kind: "rubberduck.explain", ...lines, problem },
  ];
}

function problemOf({ message, source, code }: Diagnostic): string {
  const origin = [source, code].filter((part) => part !== undefined).join(" ");
  const words = typeof message === "string" ? message : message.value;
  const said = shortened(words.replace(/\s+/g, " ").trim(), MAX_PROBLEM_CHARACTERS);
  return origin === "" ? said : `${said} (${origin})`;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function toAction({ title, kind, diagnostic, ...data }: Offered, uri: string): CodeAction {
  return {
    title,
    kind,
    ...(diagnostic && { diagnostics: [diagnostic] }),
    ...(NEEDS_MODEL.has(data.command) && { tags: [CodeActionTag.LLMGenerated] }),
    data: { ...data, uri } satisfies ActionData,
  };
}

function linesOf(document: TextDocument, { startLine, endLine, wholeFunction }: ActionData): [number, number] {
  const last = document.lineCount - 1;
  const found = wholeFunction ? enclosingFunction(linesIn(document), Math.min(startLine, last)) : undefined;
  return found === undefined ? [Math.min(startLine, last), Math.min(endLine, last)] : [found.startLine, found.endLine];
}

function isAsked(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((asked) => asked === "" || kind === asked || kind.startsWith(`${asked}.`));
}

function isEmpty({ start, end }: Range): boolean {
  return start.line === end.line && start.character === end.character;
}

function linesIn(document: TextDocument): string[] {
  return document.getText().split(/\r\n|\n|\r/);
}

/** What looks like a definition there is none. */
const PROSE = new Set(["markdown", "plaintext", "json", "jsonc", "yaml", "log", "git-commit", "csv"]);
