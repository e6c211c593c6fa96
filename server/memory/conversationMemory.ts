import type { MemoryMethod, MemoryParams, MemoryResult } from "../protocol/memory.ts";
import type { Transcript } from "../protocol/transcript.ts";

/** What the conversations of one owner tell to memory, and ask of it. */
export interface ConversationMemory {
  ask<M extends MemoryMethod>(method: M, params: MemoryParams<M>, signal: AbortSignal): Promise<MemoryResult<M>>;
  /**
   * The conversation stands as this says. What is new in it is learned, what was forgotten in it is forgotten here; telling it
   * again changes nothing.
   */
  observe(conversationId: string, transcript: Transcript): void;
  /** Resolves once no file that was made from the conversations holds what is forgotten in this one. */
  purge(conversationId: string): Promise<void>;
  /** The conversation is in the trash: nothing said in it is recalled any more. */
  deleted(conversationId: string): void;
  onDidChange(listener: () => void): () => void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
  /** Another process owns all of it now: nothing is written any more. */
  abandon(): void;
}
