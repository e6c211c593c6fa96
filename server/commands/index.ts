import type { Chat } from "../context/chat.ts";
import type { FileReader } from "../workspace/fileReader.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { clearCommand } from "./clear.ts";
import type { Command } from "./command.ts";
import { explainCommand } from "./explain.ts";
import { helpCommand } from "./help.ts";
import type { AskMemory } from "./memory/askMemory.ts";
import { memoryCommand } from "./memory/memory.ts";

/** Every command, in the order in which /help lists them. */
export function createCommands(chat: Chat, files: FileReader, paths: WorkspacePaths, memory: AskMemory): Command[] {
  const commands: Command[] = [explainCommand(chat, files, paths), memoryCommand(memory), clearCommand];
  return [...commands, helpCommand(commands)];
}
