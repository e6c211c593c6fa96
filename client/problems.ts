import * as vscode from "vscode";
import { isSecretFile } from "../server/workspace/secretFiles.ts";

/** Most that are told of; the worst come first. */
const MAX_PROBLEMS = 200;
/** Some compilers write pages. */
const MAX_MESSAGE_CHARACTERS = 800;

interface Problem {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

/** Errors and warnings of the workspace's files, one a line, the worst first: "src/a.ts:3:5 error: … (ts 2304)". */
export function problemsText(): string {
  const problems = allProblems();
  const lines = problems.slice(0, MAX_PROBLEMS).map(lineOf);
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** "3 in this file, 12 in all". */
export function describeProblems(editor: vscode.TextEditor | undefined): string {
  const all = allProblems();
  const here = all.filter(({ uri }) => uri.toString() === editor?.document.uri.toString()).length;
  if (here === 0) return vscode.l10n.t("{0} in the workspace", all.length);
  return here === all.length
    ? vscode.l10n.t("{0} in this file", here)
    : vscode.l10n.t("{0} in this file, {1} in all", here, all.length);
}

function allProblems(): Problem[] {
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => vscode.workspace.getWorkspaceFolder(uri) !== undefined && !isSecretFile(uri.fsPath))
    .flatMap(([uri, diagnostics]) => diagnostics.map((diagnostic) => ({ uri, diagnostic })))
    .filter(({ diagnostic }) => diagnostic.severity <= vscode.DiagnosticSeverity.Warning)
    .sort((a, b) => a.diagnostic.severity - b.diagnostic.severity);
}

function lineOf({ uri, diagnostic }: Problem): string {
  const { range, message, severity, source, code } = diagnostic;
  const place = `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
  const kind = severity === vscode.DiagnosticSeverity.Error ? "error" : "warning";
  const number = typeof code === "object" ? code.value : code;
  const origin = [source, number].filter((part) => part !== undefined).join(" ");
  return `${place} ${kind}: ${message.slice(0, MAX_MESSAGE_CHARACTERS).replace(/\s*\n\s*/g, " ")}${origin === "" ? "" : ` (${origin})`}`;
}
