import type { Attachment } from "./attachments.ts";

/** Kinds of suggestions that the server can make; the editor adds those that only it knows. */
export type CompletedKind = "file" | "folder" | "symbol" | "conversation" | "diff";

export interface CompleteParams {
  /** What stands behind the @, without a kind. */
  readonly query: string;
  /** Only suggestions of this kind. Absent: of all. */
  readonly kind?: CompletedKind;
  /** The conversation that is written in: it is not suggested itself. */
  readonly conversationId?: string;
  /** Suggestions of each kind. Default 8. */
  readonly limit?: number;
}

export interface MentionSuggestion {
  /** What is attached when it is picked. */
  readonly attachment: Attachment;
  /** Its name: "resilience.ts", "retryDelay", "problems". */
  readonly label: string;
  /** Where it is, or what is in it: "src/llm", "3 in this file". */
  readonly detail?: string;
  /** About what it costs; absent where that is not known. */
  readonly tokens?: number;
  /** Indexes (UTF-16) of the letters of `label` that the query matched. */
  readonly letters: readonly number[];
}

export interface ResolvedUris {
  readonly attachments: readonly Attachment[];
  /** Why the others cannot be attached, a sentence each. */
  readonly refusals: readonly string[];
}
