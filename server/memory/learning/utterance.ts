import type { Memory, MemoryKind, MemoryScope, MemorySource } from "../../protocol/memory.ts";

/** Something that was said or shown in a conversation, in its order. */
export interface Utterance {
  /** Of the event with the words in its conversation's log. */
  readonly seq: number;
  readonly conversation: string;
  readonly turnId?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly role: "user" | "assistant";
  /** What the host knows about where the text comes from. The role does not tell: a file comes as the user's. */
  readonly origin: "user" | "assistant" | "file" | "tool" | "web" | "recalled" | "prompt";
  readonly text: string;
  /** What a person calls it: "CONTRIBUTING.md". */
  readonly label?: string;
}

/** Why nothing is learned. */
export type WhyNot =
  | "vacuous"
  | "echo"
  | "question"
  | "request"
  | "hypothetical"
  | "sarcasm"
  | "unconfirmed"
  | "third-party"
  | "duplicate"
  | "secret"
  | "forgotten";

export type Decision =
  | {
      readonly do: "remember";
      readonly kind: MemoryKind;
      readonly text: string;
      readonly sources: readonly MemorySource[];
      readonly confidence: number;
      readonly scope: MemoryScope;
      readonly expiresAt?: string;
      /** Ids of memories in whose place it stands. */
      readonly supersedes: readonly string[];
      /** pending: it waits in the inbox. */
      readonly status: "active" | "pending";
      /** Why it is pending, in words. */
      readonly because?: string;
    }
  /** It was said again: one more source, and the confidence it has now. */
  | { readonly do: "merge"; readonly into: string; readonly source: MemorySource; readonly confidence: number }
  | { readonly do: "nothing"; readonly why: WhyNot };

export type Remember = Extract<Decision, { do: "remember" }>;

/** Memories of any status; what was forgotten or rejected is not learned again. */
export type Known = readonly Memory[];

export function nothing(why: WhyNot): Decision {
  return { do: "nothing", why };
}

export function sourceOf({ seq, conversation, turnId, at, origin, label }: Utterance): MemorySource {
  const who = origin === "prompt" || origin === "recalled" ? "import" : origin;
  return { who, conversationId: conversation, turnId, seq, at, label };
}
