import type { PersistedEvent } from "../protocol/events.ts";
import type { ConversationHit, ConversationSummary } from "../protocol/requests.ts";
import type { EventLog } from "../store/eventLog.ts";
import { folded, marksIn, snippetOf } from "./searchWords.ts";

/** What a log holds besides what was said: not read at all. */
export const NOT_SAID: ReadonlySet<PersistedEvent["type"]> = new Set(["context", "step", "checkpoint", "started"]);

/**
 * Looks for the words in one conversation, in whatever order they stand: those that its title lacks must all stand in one
 * message or answer. Only what can be shown counts: nothing that was taken back, cleared away, answered anew or forgotten. No more of
 * the log than a piece of it is held.
 */
export async function searchIn(
  summary: ConversationSummary,
  log: EventLog,
  words: readonly string[],
  signal: AbortSignal,
): Promise<ConversationHit | undefined> {
  const { conversationId, title, updatedAt } = summary;
  const inTitle = folded(title);
  const missing = words.filter((word) => !inTitle.includes(word));
  const finder = new Finder(missing.length === 0 ? words : missing);
  for await (const events of log.pieces(NOT_SAID, signal)) {
    for (const event of events) finder.take(event);
  }
  const found = finder.found();
  const last = found.at(-1);
  if (last === undefined && missing.length > 0) return undefined;
  return {
    conversationId,
    title,
    titleMarks: marksIn(title, words),
    updatedAt,
    matches: found.length,
    ...(last && { turnId: last.turnId, snippet: snippetOf(last.text, words) }),
  };
}

interface Found {
  readonly part: "message" | "answer";
  readonly turnId: string;
  readonly text: string;
}

/** Folds what search needs to know of a conversation: which texts match, and which of them can be shown. */
class Finder {
  readonly #words: readonly string[];
  /** `seq` of each message. */
  readonly #messages = new Map<string, number>();
  readonly #operations = new Map<string, string>();
  readonly #withdrawn = new Set<string>();
  readonly #forgotten = new Set<string>();
  /** By turn: the turn that answers its message again. */
  readonly #replacedBy = new Map<string, string>();
  #found: Found[] = [];
  #clearedBefore = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  take(event: PersistedEvent): void {
    switch (event.type) {
      case "accepted":
        this.#messages.set(event.turnId, event.seq);
        this.#takeOperation(event.operationId, event.turnId);
        if (event.replaces === undefined) this.#look("message", event.turnId, event.content);
        else this.#replacedBy.set(event.replaces, event.turnId);
        break;
      case "done":
        this.#look("answer", event.turnId, event.text);
        break;
      case "revised":
        this.#found = this.#found.filter(({ part, turnId }) => part === "answer" || turnId !== event.turnId);
        this.#look("message", event.turnId, event.content);
        break;
      case "withdrawn":
        this.#withdrawn.add(event.turnId);
        break;
      case "forgotten":
        for (const turnId of event.turnIds) this.#forgotten.add(turnId);
        break;
      case "remembered":
        for (const turnId of event.turnIds) this.#forgotten.delete(turnId);
        break;
      case "cleared":
        this.#clearedBefore = event.seq;
        break;
    }
  }

  found(): Found[] {
    return this.#found.filter(({ part, turnId }) => {
      if (this.#forgotten.has(turnId)) return false;
      if (this.#withdrawn.has(turnId) || (this.#messages.get(turnId) ?? 0) < this.#clearedBefore) return false;
      const replacedBy = this.#replacedBy.get(turnId);
      return part === "message" || replacedBy === undefined || this.#withdrawn.has(replacedBy);
    });
  }

  /** A message whose first writing failed half-way may stand in the log twice: the later one counts. */
  #takeOperation(operationId: string, turnId: string): void {
    const earlier = this.#operations.get(operationId);
    if (earlier !== undefined) this.#withdrawn.add(earlier);
    this.#operations.set(operationId, turnId);
  }

  #look(part: Found["part"], turnId: string, text: string): void {
    const lower = folded(text);
    if (this.#words.every((word) => lower.includes(word))) this.#found.push({ part, turnId, text });
  }
}
