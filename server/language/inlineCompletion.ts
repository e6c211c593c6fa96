import type {
  CancellationToken,
  Connection,
  InlineCompletionItem,
  InlineCompletionParams,
} from "vscode-languageserver";
import { InlineCompletionTriggerKind } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Completer } from "../completion/completer.ts";
import type { OpenText, OpenTexts } from "../completion/place.ts";
import { COMPLETION_ACCEPTED } from "../protocol/completions.ts";
import { type OpenDocuments, pathOf } from "./documents.ts";

/** Answers `textDocument/inlineCompletion` (LSP 3.18). `completer` is there once the server is initialized. */
export function serveInlineCompletion(
  connection: Connection,
  documents: OpenDocuments,
  completer: () => Completer | undefined,
): void {
  connection.languages.inlineCompletion.on(async (params, token) => {
    const document = documents.get(params.textDocument.uri);
    const asked = completer();
    if (document === undefined || asked === undefined) return [];
    const invoked = params.context.triggerKind === InlineCompletionTriggerKind.Invoked;
    const { position } = params;
    const offset = document.offsetAt(position);
    const found = await asked.complete({ uri: document.uri, offset, invoked }, signalOf(token));
    return found === undefined ? [] : itemFor(params, found, document);
  });
}

/** What is open, as completions see it. */
export function openTexts(documents: OpenDocuments): OpenTexts {
  return {
    get: (uri) => {
      const document = documents.get(uri);
      return document && toOpenText(document);
    },
    all: () => documents.all().map(toOpenText),
  };
}

function toOpenText(document: TextDocument): OpenText {
  return {
    uri: document.uri,
    path: pathOf(document.uri),
    language: document.languageId,
    version: document.version,
    text: () => document.getText(),
  };
}

/** While the editor's own list is open, only what begins with its selected entry can be shown. */
function itemFor(
  { position, context }: InlineCompletionParams,
  { id, text }: { readonly id: string; readonly text: string },
  document: TextDocument,
): InlineCompletionItem[] {
  const command = { title: "", command: COMPLETION_ACCEPTED, arguments: [id] };
  const selected = context.selectedCompletionInfo;
  if (!selected) return [{ insertText: text, range: { start: position, end: position }, command }];
  const typed = document.getText({ start: selected.range.start, end: position });
  if (!(typed + text).startsWith(selected.text)) return [];
  return [{ insertText: typed + text, range: { start: selected.range.start, end: position }, command }];
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
