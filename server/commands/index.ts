import type { Chat } from "../context/chat.ts";
import type { WorkspaceFiles } from "../edits/workspaceFiles.ts";
import type { WritablePlaces } from "../edits/writablePlaces.ts";
import type { Clock } from "../util/clock.ts";
import type { CodeAnalysis } from "../workspace/analysis/codeAnalysis.ts";
import type { WorkingDiff } from "../workspace/workingDiff.ts";
import { analyzeCommand } from "./analyze.ts";
import type { ChangingSources } from "./changing.ts";
import { Checker, type SyntaxChecker } from "./checker.ts";
import { clearCommand } from "./clear.ts";
import type { Command } from "./command.ts";
import { commitCommand } from "./commit.ts";
import { completeCommand } from "./complete.ts";
import { docCommand } from "./doc.ts";
import { explainCommand } from "./explain.ts";
import { fixCommand } from "./fix.ts";
import { generateCommand } from "./generate.ts";
import { helpCommand } from "./help.ts";
import type { AskMemory } from "./memory/askMemory.ts";
import { memoryCommand } from "./memory/memory.ts";
import { type ModelNames, modelCommand } from "./model.ts";
import { Proposer } from "./proposer.ts";
import { refactorCommand } from "./refactor.ts";
import { Surroundings, type SurroundingsSources } from "./surroundings.ts";
import { type TargetSources, Targets } from "./target.ts";
import { testCommand } from "./test.ts";
import type { UserCommands } from "./userCommands.ts";

export interface CommandSources extends TargetSources, SurroundingsSources {
  readonly chat: Chat;
  readonly memory: AskMemory;
  readonly own: UserCommands;
  readonly models: ModelNames;
  readonly diff: WorkingDiff;
  /** What the user has open counts as it is there, saved or not. */
  readonly workspaceFiles: WorkspaceFiles;
  readonly places: WritablePlaces;
  /** Absent: nobody can parse code. */
  readonly syntax?: SyntaxChecker;
  /** Absent: nobody can measure code. */
  readonly analysis?: CodeAnalysis;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** Every built-in command, in the order in which /help lists them. */
export function createCommands(sources: CommandSources): Command[] {
  const { chat, memory, models, diff, workspaceFiles, places, syntax, clock, newId, own, analysis } = sources;
  const targets = new Targets(sources);
  const surroundings = new Surroundings(sources);
  const proposer = new Proposer({ chat, places, files: workspaceFiles, newId });
  const checker = new Checker(syntax, workspaceFiles);
  const changing: ChangingSources = { chat, targets, workspaceFiles, proposer, checker, clock };
  const commands: Command[] = [
    refactorCommand(changing, surroundings),
    fixCommand(changing, surroundings, syntax),
    explainCommand(chat, targets),
    ...(analysis ? [analyzeCommand({ ...sources, targets, analysis })] : []),
    testCommand(changing, surroundings),
    docCommand(changing),
    generateCommand(changing, surroundings),
    completeCommand(changing),
    commitCommand(chat, diff),
    memoryCommand(memory),
    modelCommand(models),
    clearCommand,
  ];
  return [...commands, helpCommand(commands, () => own.read())];
}
