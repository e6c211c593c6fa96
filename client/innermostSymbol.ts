import * as vscode from "vscode";

/** The smallest function, method or class around a place, as the editor's languages know it. */
export async function innermostSymbol(uri: vscode.Uri, at: vscode.Position): Promise<vscode.Range | undefined> {
  const found = await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    uri,
  );
  const around = (found ?? []).flatMap(flatten).filter(({ kind, range }) => WHOLE.has(kind) && range.contains(at));
  return around.sort((a, b) => a.range.end.line - a.range.start.line - (b.range.end.line - b.range.start.line))[0]
    ?.range;
}

const WHOLE = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Struct,
]);

function flatten(
  symbol: vscode.DocumentSymbol | vscode.SymbolInformation,
): { kind: vscode.SymbolKind; range: vscode.Range }[] {
  if ("location" in symbol) return [{ kind: symbol.kind, range: symbol.location.range }];
  return [symbol, ...symbol.children.flatMap(flatten)];
}
