import type { Episode } from "../protocol/memory.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { RecallItem } from "./recall/recallItem.ts";

/** Of a long text its beginning says what it is about; all of it stands in the conversation. */
const MOST_CHARACTERS = { user: 8000, assistant: 4000 };
/** Talk about memory itself is not worth remembering, nor is what only changes the view. */
const NOT_RECALLED: ReadonlySet<string | undefined> = new Set(["memory", "clear", "help"]);

type Role = Episode["role"];

export function episodeId(conversationId: string, turnId: string, role: Role): string {
  return `${conversationId}:${turnId}:${role}`;
}

/** Undefined when it is not an episode's. */
export function placeOf(id: string): { conversationId: string; turnId: string; role: Role } | undefined {
  const [conversationId = "", turnId = "", role, more] = id.split(":");
  return (role === "user" || role === "assistant") && more === undefined ? { conversationId, turnId, role } : undefined;
}

/** What was said in a turn that is done: what the user wrote, and what was answered. */
export function episodesOf(conversationId: string, turn: Turn): RecallItem[] {
  const { accepted, command, doneAt, model } = turn;
  if (NOT_RECALLED.has(command)) return [];
  // Without a model an answer only shows what was found: to recall that would be to recall what was recalled.
  const text = model?.kind === "offline" ? "" : turn.text;
  const said = [
    { role: "user" as const, text: accepted.content, at: accepted.at, position: 2 * accepted.seq },
    { role: "assistant" as const, text, at: doneAt ?? accepted.at, position: 2 * accepted.seq + 1 },
  ];
  return said.flatMap(({ role, text: words, at, position }) => {
    if (words.trim() === "") return [];
    return {
      id: episodeId(conversationId, accepted.turnId, role),
      kind: "episode" as const,
      text: words.slice(0, MOST_CHARACTERS[role]),
      speaker: role,
      atMs: Date.parse(at),
      session: conversationId,
      position,
    };
  });
}

/** Whether what was said in it may be recalled: it was answered, and nobody took it back or forgot it. */
export function isRecallable({ state, forgotten, accepted }: Turn): boolean {
  return state === "done" && forgotten === undefined && accepted.options.incognito !== true;
}
