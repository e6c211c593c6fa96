import { Admitted } from "./completion/admitted.ts";
import { Completer } from "./completion/completer.ts";
import { Knowledge } from "./completion/knowledge.ts";
import type { OpenTexts } from "./completion/place.ts";
import { loadTokenizer } from "./context/tokenizer.ts";
import type { Conversations } from "./conversation/conversations.ts";
import type { EditorClient } from "./editorClient.ts";
import type { Models } from "./llm/models.ts";
import type { Clock } from "./util/clock.ts";
import type { CodeSearch } from "./workspace/codeSearch.ts";
import { Confinement } from "./workspace/confinement.ts";
import type { WorkspacePaths } from "./workspace/workspacePaths.ts";

export interface CompletionPlace {
  readonly documents: OpenTexts;
  readonly models: Models;
  readonly code: CodeSearch;
  readonly memory: Pick<Conversations, "memory" | "onDidChangeMemory">;
  readonly paths: WorkspacePaths;
  readonly editor: EditorClient | undefined;
  readonly blocked: string | undefined;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** What suggests code at the cursor, and how it hears that files changed. */
export function createCompleter({
  documents,
  models,
  code,
  memory,
  paths,
  editor,
  blocked,
  clock,
  newId,
}: CompletionPlace) {
  const admitted = new Admitted((path) => new Confinement(paths).find(path));
  const knowledge = new Knowledge({
    code,
    recall: (params, signal) => memory.memory("rubberduck/memory/recall", params, signal),
    ...(editor && { diagnostics: (path, signal) => editor.diagnostics(path, signal) }),
    label: (path) => paths.label(path),
    clock,
  });
  const completer = new Completer({
    documents,
    model: (name) => models.forCompletions(name),
    traffic: models.traffic,
    admitted,
    knowledge,
    label: (path) => paths.label(path),
    loadTokenizer,
    blocked,
    clock,
    newId,
  });
  let configured = models.configuration;
  models.onDidChangeStatus(() => {
    if (models.configuration === configured) return;
    configured = models.configuration;
    completer.reset();
  });
  memory.onDidChangeMemory(() => knowledge.forget());
  /** Only what decides where something may be suggested is asked anew: a file that is saved says nothing of that. */
  const filesChanged = (changed: readonly string[]) => {
    if (changed.some((path) => path.endsWith(".gitignore"))) admitted.forget();
  };
  return { completer, filesChanged };
}
