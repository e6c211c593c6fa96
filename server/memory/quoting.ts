import { setImmediate } from "node:timers/promises";
import type { TurnPlace } from "../protocol/memory.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { ConversationLogs } from "../store/eventLog.ts";
import { readTranscript } from "./readTranscript.ts";

/** Turns that are looked at in one go. */
const AT_ONCE = 50;
const LABEL_CHARACTERS = 80;

/** The turns of these conversations, or of all, for which `isWanted` holds, read from the logs one after another. */
export async function turnsWhere(
  logs: ConversationLogs,
  isWanted: (turn: Turn) => boolean,
  conversationIds?: Iterable<string>,
): Promise<TurnPlace[]> {
  const places: TurnPlace[] = [];
  for (const conversationId of conversationIds ?? (await logs.list())) {
    const turns = await readTranscript(logs, conversationId).then(
      (transcript) => transcript.turns,
      // What cannot be read, or was deleted meanwhile, quotes nothing.
      () => [],
    );
    for (const [index, turn] of turns.entries()) {
      if (index % AT_ONCE === 0) await setImmediate();
      const isThere = turn.forgotten === undefined && turn.state !== "withdrawn";
      if (isThere && isWanted(turn)) places.push(placeOf(conversationId, turn));
    }
  }
  return places;
}

/** Those of these turns that are still there. */
export function turnsAt(
  logs: ConversationLogs,
  turns: readonly { readonly conversationId: string; readonly turnId: string }[],
): Promise<TurnPlace[]> {
  const turnIds = new Set(turns.map(({ turnId }) => turnId));
  const conversationIds = new Set(turns.map(({ conversationId }) => conversationId));
  return turnsWhere(logs, ({ accepted }) => turnIds.has(accepted.turnId), conversationIds);
}

/** Whether one of these memories went along with a turn, or one of these texts stands in its words or its answer. */
export function quoting(ids: ReadonlySet<string>, texts: readonly string[]): (turn: Turn) => boolean {
  const wanted = texts.map(plain);
  return ({ accepted, text, receipt }) => {
    if (receipt?.included.some(({ memory }) => memory !== undefined && ids.has(memory.id))) return true;
    const said = plain(`${accepted.content}\n${text}`);
    return wanted.some((one) => said.includes(one));
  };
}

/** Whatever its case and spaces. */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function placeOf(conversationId: string, { accepted }: Turn): TurnPlace {
  const line = accepted.content.trim().split("\n", 1)[0] ?? "";
  const label = line.length > LABEL_CHARACTERS ? `${line.slice(0, LABEL_CHARACTERS - 1)}…` : line;
  return { conversationId, turnId: accepted.turnId, label };
}
