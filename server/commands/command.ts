import type { TurnParts, TurnRequest } from "../context/turn.ts";
import type { SlashCommand } from "../protocol/slashCommands.ts";

/** One row of the commands table. */
export interface Command extends SlashCommand {
  run(call: CommandCall): TurnParts;
}

export interface CommandCall {
  /** What stands after the name, trimmed. */
  readonly argument: string;
  readonly turn: TurnRequest;
  readonly signal: AbortSignal;
}
