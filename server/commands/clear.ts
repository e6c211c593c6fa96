import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import type { Command } from "./command.ts";

export const clearCommand: Command = {
  ...SLASH_COMMANDS.clear,
  async *run() {
    yield { type: "clear" };
    yield { type: "end", stopReason: "complete" };
  },
};
