import type { EditorMethod, EditorModelPart, EditorRequests } from "../server/protocol/editor.ts";
import { diagnostics, symbols } from "./editorKnowledge.ts";
import type { EditorModels } from "./editorModels.ts";
import type { Connection, RequestHandler } from "./languageClient.ts";
import { readFile, writeFiles } from "./workspaceFiles.ts";

type Handlers = {
  readonly [M in EditorMethod]: RequestHandler<EditorRequests[M]["params"], EditorRequests[M]["result"]>;
};

/** Answers what the server asks of the editor, over one connection. */
export function serveEditorRequests(connection: Connection, models: EditorModels): void {
  const handlers: Handlers = {
    "rubberduck/editor/ask": (params, token) => {
      const onPart = (part: EditorModelPart) => connection.sendProgress(params.partialResultToken, part);
      return models.ask(params, token, onPart);
    },
    "rubberduck/editor/diagnostics": async ({ path }) => ({ diagnostics: diagnostics(path) }),
    "rubberduck/editor/symbols": async (of) => ({ symbols: await symbols(of) }),
    "rubberduck/editor/readFile": ({ path }) => readFile(path),
    "rubberduck/editor/writeFiles": async ({ title, files }) => ({ refused: await writeFiles(title, files) }),
  };
  for (const method of Object.keys(handlers) as EditorMethod[]) serve(connection, method, handlers);
}

function serve<M extends EditorMethod>(connection: Connection, method: M, handlers: Handlers): void {
  connection.onRequest(method, handlers[method]);
}
