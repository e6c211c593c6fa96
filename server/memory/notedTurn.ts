import type { Turn } from "../protocol/transcript.ts";
import type { NotedTurn } from "./patternExtractor.ts";

/** What of a turn patterns are looked for in. */
export function notedTurn(conversationId: string, { accepted, command, error }: Turn): NotedTurn {
  const { turnId, at, content, attachments } = accepted;
  const errors = error === undefined ? [] : [error.message];
  return { conversationId, turnId, at, text: content, command, attachments, errors };
}
