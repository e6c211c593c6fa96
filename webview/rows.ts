import type { Outgoing } from "./composer.ts";
import type { ShownTurn } from "./state.ts";

/** The conversation as rows: a turn with its message and answer, then each message that is on its way. */
export interface Rows {
  /** The operation ids: a message that is on its way keeps its row when the server has it. */
  readonly keys: readonly string[];
  /** Of each row's first message among all messages, from 1. */
  readonly positions: readonly number[];
  /** How many messages there are, those of the user and those of the duck. */
  readonly messages: number;
}

/** @param earlier turns that stand before these and are still on their way. */
export function rowsOf(turns: readonly ShownTurn[], outgoing: readonly Outgoing[], earlier: number): Rows {
  const keys: string[] = [];
  const positions: number[] = [];
  let messages = 2 * earlier;
  for (const { turn, waits } of turns) {
    keys.push(turn.accepted.operationId);
    positions.push(messages + 1);
    messages += waits || turn.forgotten !== undefined ? 1 : 2;
  }
  for (const { operationId } of outgoing) {
    keys.push(operationId);
    positions.push(++messages);
  }
  return { keys, positions, messages };
}
