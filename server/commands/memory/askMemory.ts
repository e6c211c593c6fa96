import type { MemoryMethod, MemoryParams, MemoryResult } from "../../protocol/memory.ts";

/** Asks the process that has the memory. Throws DuckError as {@link MemoryRequests} says. */
export type AskMemory = <M extends MemoryMethod>(
  method: M,
  params: MemoryParams<M>,
  signal: AbortSignal,
) => Promise<MemoryResult<M>>;

/** One subcommand of /memory: a line under way, and where it was said. */
export interface MemoryCall {
  /** What stands behind its name, trimmed. */
  readonly argument: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** Nothing said in this conversation is to be remembered. */
  readonly incognito: boolean;
  ask<M extends MemoryMethod>(method: M, params: MemoryParams<M>): Promise<MemoryResult<M>>;
}

/** One row of the table of /memory. Answers Markdown. */
export interface MemorySubcommand {
  readonly name: string;
  readonly usage?: string;
  /** What it does, in one sentence without a full stop. */
  readonly summary: string;
  run(call: MemoryCall): Promise<string>;
}
