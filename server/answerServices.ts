import { homedir } from "node:os";
import type { CodeServices } from "./codeServices.ts";
import { commandList } from "./commandServices.ts";
import { createCommands } from "./commands/index.ts";
import { modelNames } from "./commands/modelNames.ts";
import { UserCommands } from "./commands/userCommands.ts";
import { Chat } from "./context/chat.ts";
import { ContextBuilder } from "./context/contextBuilder.ts";
import { ModelSummarizer } from "./context/summarizer.ts";
import { ModelTitler } from "./context/titler.ts";
import type { Conversations } from "./conversation/conversations.ts";
import type { SupervisorOptions } from "./conversation/supervisor.ts";
import { transcriptOf } from "./conversation/transcriptOf.ts";
import type { EditorClient } from "./editorClient.ts";
import { ReviewedFiles } from "./edits/reviewedFiles.ts";
import { Verification } from "./edits/verification.ts";
import type { WorkspaceFiles } from "./edits/workspaceFiles.ts";
import { WritablePlaces } from "./edits/writablePlaces.ts";
import { CommandUse } from "./hybrid/commandUse.ts";
import { HybridInterface } from "./hybrid/hybridInterface.ts";
import type { Models } from "./llm/models.ts";
import type { Settings } from "./store/settings.ts";
import { createTools } from "./tools/index.ts";
import { Toolbox } from "./tools/toolbox.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";
import { CodeAnalysis } from "./workspace/analysis/codeAnalysis.ts";

export interface AnswerServicesOptions {
  readonly code: CodeServices;
  readonly models: Models;
  readonly settings: Settings;
  readonly trusted: boolean;
  /** Absent where there is none. */
  readonly editor: EditorClient | undefined;
  readonly workspaceFiles: WorkspaceFiles;
  /** Folders of RubberDuck's own, which no edit touches. */
  readonly ownFolders: readonly string[] | undefined;
  readonly analysisWorker: URL;
  /** Folder of tree-sitter's .wasm files. */
  readonly grammars: string;
  /** They need what answers, and it reads them. */
  readonly conversations: () => Conversations;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

/** What answers a message: talk, commands, and what changes files once somebody has accepted it. Starts nothing. */
export function createAnswers(options: AnswerServicesOptions) {
  const { code, models, settings, trusted, editor, workspaceFiles, conversations, newId, clock, logger } = options;
  const { paths, files, fileList, diff, index } = code;
  const contextBuilder = new ContextBuilder({
    ...{ files, folders: code.folderReader, paths, diff, code: index, clock },
    conversation: (conversationId) => transcriptOf(conversations(), conversationId),
    memory: { recall: (params, signal) => conversations().memory("rubberduck/memory/recall", params, signal) },
  });
  const toolbox = trusted ? new Toolbox(createTools(paths, index, editor), logger) : undefined;
  const summarizer = new ModelSummarizer(models, clock);
  const chat = new Chat(models, contextBuilder, toolbox, clock, summarizer);
  const places = new WritablePlaces(paths, homedir(), options.ownFolders);
  const own = new UserCommands({ files, paths, chat, models });
  const builtIn = createCommands({
    ...{ chat, files, fileList, paths, diff, editor, clock, newId, own, code: index },
    ...{ models: modelNames(models), places, workspaceFiles, syntax: index },
    analysis: new CodeAnalysis(options.analysisWorker, options.grammars),
    memory: (...asked) => conversations().memory(...asked),
  });
  const use = new CommandUse(settings, clock);
  const commands = commandList({ builtIn, own, use });
  const answering: AnswerParts = {
    hybrid: new HybridInterface(commands, chat, clock),
    titler: new ModelTitler(models, clock),
    summarizer,
    ...(trusted && { reviewedFiles: new ReviewedFiles(workspaceFiles, places) }),
    ...(editor && { verification: new Verification(editor, clock) }),
  };
  return { chat, commands, use, answering };
}

/** What a conversation is given to answer. */
type AnswerParts = Pick<SupervisorOptions, "hybrid" | "titler" | "summarizer" | "reviewedFiles" | "verification">;
