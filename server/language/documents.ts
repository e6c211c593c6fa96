import { fileURLToPath } from "node:url";
import { type Connection, TextDocumentSyncKind, TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";

/** What the editor has open, as it shows it: saved or not. Kept current by the editor itself, in order with its requests. */
export class OpenDocuments {
  static readonly syncKind = TextDocumentSyncKind.Incremental;
  readonly #documents = new TextDocuments(TextDocument);

  listen(connection: Connection): void {
    this.#documents.listen(connection);
  }

  /** By its URI, as LSP requests name it. */
  get(uri: string): TextDocument | undefined {
    return this.#documents.get(uri);
  }

  /** By its absolute path. */
  at(path: string): TextDocument | undefined {
    return this.all().find(({ uri }) => pathOf(uri) === path);
  }

  all(): readonly TextDocument[] {
    return this.#documents.all();
  }

  /** The text, or the versions, of an open document changed, also when it was just opened; the result ends that. */
  onDidChange(listener: (document: TextDocument) => void): () => void {
    const listening = this.#documents.onDidChangeContent(({ document }) => listener(document));
    return () => listening.dispose();
  }

  onDidClose(listener: (document: TextDocument) => void): () => void {
    const listening = this.#documents.onDidClose(({ document }) => listener(document));
    return () => listening.dispose();
  }
}

/** The absolute path of a file; undefined for what is none: an untitled document, a diff. */
export function pathOf(uri: string): string | undefined {
  return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
}
