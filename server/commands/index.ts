import type { Chat } from "../context/chat.ts";
import { clearCommand } from "./clear.ts";
import type { Command } from "./command.ts";
import { explainCommand } from "./explain.ts";
import { helpCommand } from "./help.ts";
import type { AskMemory } from "./memory/askMemory.ts";
import { memoryCommand } from "./memory/memory.ts";
import { type TargetSources, Targets } from "./target.ts";
import type { UserCommands } from "./userCommands.ts";

export interface CommandSources extends TargetSources {
  readonly chat: Chat;
  readonly memory: AskMemory;
  readonly own: UserCommands;
}

/** Every built-in command, in the order in which /help lists them. */
export function createCommands(sources: CommandSources): Command[] {
  const { chat, memory, own } = sources;
  const targets = new Targets(sources);
  const commands: Command[] = [explainCommand(chat, targets), memoryCommand(memory), clearCommand];
  return [...commands, helpCommand(commands, () => own.read())];
}
