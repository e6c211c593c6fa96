import * as vscode from "vscode";
import { type EditorDiagnostic, type EditorSymbol, MAX_EDITOR_ITEMS } from "../server/protocol/editor.ts";

/** What the language extensions of this editor have found; the server decides what of it may be seen. */

const SEVERITIES = ["error", "warning", "information", "hint"] as const;

export function diagnostics(path: string | undefined): EditorDiagnostic[] {
  const all: [vscode.Uri, vscode.Diagnostic[]][] =
    path === undefined
      ? vscode.languages.getDiagnostics()
      : [[vscode.Uri.file(path), vscode.languages.getDiagnostics(vscode.Uri.file(path))]];
  return all
    .filter(([{ scheme }]) => scheme === "file")
    .flatMap(([uri, found]) => found.map((diagnostic) => toDiagnostic(uri, diagnostic)))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .slice(0, MAX_EDITOR_ITEMS);
}

function toDiagnostic(
  uri: vscode.Uri,
  { range, severity, message, source, code }: vscode.Diagnostic,
): EditorDiagnostic {
  const id = typeof code === "object" ? code.value : code;
  return {
    path: uri.fsPath,
    line: range.start.line + 1,
    severity: SEVERITIES[severity] ?? "error",
    message,
    ...(source && { source }),
    ...(id !== undefined && { code: String(id) }),
  };
}

export async function symbols(of: { path: string } | { query: string }): Promise<EditorSymbol[]> {
  const found = "path" in of ? await inFile(vscode.Uri.file(of.path)) : await inWorkspace(of.query);
  return found.slice(0, MAX_EDITOR_ITEMS);
}

async function inFile(uri: vscode.Uri): Promise<EditorSymbol[]> {
  const found = await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    uri,
  );
  return (found ?? []).flatMap((symbol) => ("children" in symbol ? nested(uri, symbol) : [flat(symbol)]));
}

async function inWorkspace(query: string): Promise<EditorSymbol[]> {
  const found = await vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
    "vscode.executeWorkspaceSymbolProvider",
    query,
  );
  return (found ?? []).filter(({ location }) => location.uri.scheme === "file").map(flat);
}

function nested(uri: vscode.Uri, symbol: vscode.DocumentSymbol, container?: string): EditorSymbol[] {
  const { name, kind, range, children } = symbol;
  return [
    toSymbol(uri, name, kind, range, container),
    ...children.flatMap((child) => nested(uri, child, container ? `${container}.${name}` : name)),
  ];
}

function flat({ name, kind, location, containerName }: vscode.SymbolInformation): EditorSymbol {
  return toSymbol(location.uri, name, kind, location.range, containerName);
}

function toSymbol(
  uri: vscode.Uri,
  name: string,
  kind: vscode.SymbolKind,
  range: vscode.Range,
  container: string | undefined,
): EditorSymbol {
  return {
    path: uri.fsPath,
    name,
    kind: vscode.SymbolKind[kind].toLowerCase(),
    ...(container && { container }),
    startLine: range.start.line + 1,
    endLine: range.end.line + 1,
  };
}
