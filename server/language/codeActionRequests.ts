import type { Connection } from "vscode-languageserver";
import { CodeActionTriggerKind } from "vscode-languageserver";
import { type ActionSituation, codeActionsFor, resolveCodeAction } from "./codeActions.ts";
import type { OpenDocuments } from "./documents.ts";

/** Answers the editor's requests for code actions from what is open. */
export function serveCodeActions(
  connection: Connection,
  documents: OpenDocuments,
  situation: () => ActionSituation | undefined,
): void {
  connection.onCodeAction(({ textDocument, range, context }) => {
    const document = documents.get(textDocument.uri);
    const now = situation();
    if (document === undefined || now === undefined) return [];
    const invoked = context.triggerKind !== CodeActionTriggerKind.Automatic;
    return codeActionsFor(document, range, context.diagnostics, now, {
      invoked,
      ...(context.only && { only: context.only }),
    });
  });
  connection.onCodeActionResolve((action) => resolveCodeAction(action, (uri) => documents.get(uri)));
}
