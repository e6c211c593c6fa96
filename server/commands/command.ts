import type { TurnParts, TurnRequest } from "../context/turn.ts";

/** One row of the commands table. */
export interface Command {
  /** Without the slash; lower-case letters. */
  readonly name: string;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  /** How its argument is written, as in "[file]"; absent when it takes none. */
  readonly usage?: string;
  run(call: CommandCall): TurnParts;
}

export interface CommandCall {
  /** What stands after the name, trimmed. */
  readonly argument: string;
  readonly turn: TurnRequest;
  readonly signal: AbortSignal;
}
