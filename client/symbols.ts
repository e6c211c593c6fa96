import { setTimeout } from "node:timers/promises";
import * as vscode from "vscode";
import type { MentionSuggestion } from "../server/protocol/mentions.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";

const MAX_SYMBOLS = 8;
/** A language that is slow to answer must not hold the list up. */
const PATIENCE_MS = 700;
const CHARACTERS_PER_TOKEN = 3.5;
const CHARACTERS_PER_LINE = 40;

interface Found {
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
}

/** Definitions that the editor's languages know: in the files that are shown, then in the workspace. */
export async function symbolSuggestions(query: string): Promise<MentionSuggestion[]> {
  if (query === "") return [];
  const typed = query.toLowerCase();
  const [shown, all] = await Promise.all([inShownFiles(), inWorkspace(query)]);
  const fits = [...shown, ...all].filter(({ name, uri }) => holds(name.toLowerCase(), typed) && isOurs(uri));
  const unique = new Map(fits.map((one) => [`${one.uri.fsPath} ${one.name}`, one]));
  return [...unique.values()]
    .sort((a, b) => rank(b.name, typed) - rank(a.name, typed) || a.name.length - b.name.length)
    .slice(0, MAX_SYMBOLS)
    .map((one) => suggestionOf(one, typed));
}

async function inShownFiles(): Promise<Found[]> {
  const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
  const found = await Promise.all(
    [...documents].map(async ({ uri }) => {
      const symbols = await inTime<(vscode.DocumentSymbol | vscode.SymbolInformation)[]>(
        vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", uri),
      );
      return (symbols ?? []).flatMap((symbol) => flatten(symbol, uri));
    }),
  );
  return found.flat();
}

function flatten(symbol: vscode.DocumentSymbol | vscode.SymbolInformation, uri: vscode.Uri): Found[] {
  if ("location" in symbol) return [{ name: symbol.name, uri, range: symbol.location.range }];
  const { name, range, children } = symbol;
  return [{ name, uri, range }, ...children.flatMap((child) => flatten(child, uri))];
}

async function inWorkspace(query: string): Promise<Found[]> {
  const symbols = await inTime<vscode.SymbolInformation[]>(
    vscode.commands.executeCommand("vscode.executeWorkspaceSymbolProvider", query),
  );
  return (symbols ?? []).map(({ name, location }) => ({
    name: name.replace(/\(\)$/, ""),
    uri: location.uri,
    range: location.range,
  }));
}

/** Undefined when it takes too long or fails. */
async function inTime<T>(asked: Thenable<T>): Promise<T | undefined> {
  const patience = new AbortController();
  try {
    return await Promise.race([asked, setTimeout(PATIENCE_MS, undefined, { signal: patience.signal })]);
  } catch {
    return undefined;
  } finally {
    patience.abort();
  }
}

function isOurs(uri: vscode.Uri): boolean {
  return uri.scheme === "file" && vscode.workspace.getWorkspaceFolder(uri) !== undefined && !isSecretFile(uri.fsPath);
}

function holds(name: string, typed: string): boolean {
  let at = 0;
  for (const letter of typed) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function rank(name: string, typed: string): number {
  const lower = name.toLowerCase();
  return lower.startsWith(typed) ? 2 : lower.includes(typed) ? 1 : 0;
}

function suggestionOf({ name, uri, range }: Found, typed: string): MentionSuggestion {
  const startLine = range.start.line + 1;
  const endLine = Math.max(startLine, range.end.line + 1);
  const at = name.toLowerCase().indexOf(typed);
  const base = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  return {
    attachment: { kind: "symbol", name, path: uri.fsPath, language: base.split(".").at(-1) ?? "", startLine, endLine },
    label: name,
    detail: `${base}:${startLine}`,
    tokens: Math.ceil(((endLine - startLine + 1) * CHARACTERS_PER_LINE) / CHARACTERS_PER_TOKEN),
    letters: at < 0 ? [] : Array.from(typed, (_, index) => at + index),
  };
}
