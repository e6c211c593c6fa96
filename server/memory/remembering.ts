import type { Memory } from "../protocol/memory.ts";
import type { Turn } from "../protocol/transcript.ts";
import { digestOf } from "./digest.ts";
import { decide, EXPLICIT } from "./learning/decide.ts";
import { readContents } from "./learning/overlap.ts";
import type { Decision, Known, Remember, Utterance } from "./learning/utterance.ts";
import type { Shelves } from "./shelves.ts";

export interface RememberingOptions {
  readonly shelves: Shelves;
  /** Code that the words speak of. */
  readonly anchorsOf: (text: string, turn: Turn) => Promise<Memory["anchors"]>;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** As far back as a "yes, exactly that" may reach. */
const RECENT_TURNS = 3;
/** What users do to memory by commands is done already. */
const LEARNED_FROM: ReadonlySet<Turn["kind"]> = new Set(["chat", "mixed"]);

/** Learns from what was said, turn by turn, by rules. */
export class Remembering {
  readonly #options: RememberingOptions;

  constructor(options: RememberingOptions) {
    this.#options = options;
  }

  async learn(conversationId: string, turn: Turn, before: readonly Turn[]): Promise<void> {
    if (!LEARNED_FROM.has(turn.kind)) return;
    const recent = before.slice(-RECENT_TURNS).flatMap((one) => utterancesOf(conversationId, one));
    const [said] = utterancesOf(conversationId, turn);
    if (said === undefined) return;
    const known = await knownIn(this.#options.shelves);
    for (const decision of decide(said, recent, known)) await this.apply(decision, turn);
  }

  /** Does what was decided. It is durable, and recalled, once this resolves. */
  async apply(decision: Decision, turn: Turn): Promise<void> {
    const { shelves } = this.#options;
    switch (decision.do) {
      case "nothing":
        return;
      case "merge": {
        const known = shelves.the(decision.into);
        const { source, confidence } = decision;
        const at = this.#now();
        return shelves.set([{ ...known, sources: [...known.sources, source], confidence, updatedAt: at }]);
      }
      case "remember":
        return this.#remember(decision, turn);
      default:
        decision satisfies never;
    }
  }

  async #remember({ do: _, ...learned }: Remember, turn: Turn): Promise<void> {
    const { shelves, anchorsOf, newId } = this.#options;
    // What is asked for in so many words is remembered also when it was forgotten before.
    if (learned.confidence < EXPLICIT && shelves.wasForgotten(digestOf(learned.text))) return;
    const at = this.#now();
    const memory: Memory = {
      ...learned,
      id: newId(),
      anchors: await anchorsOf(learned.text, turn),
      createdAt: at,
      updatedAt: at,
      uses: 0,
      pinned: false,
    };
    const superseded = learned.supersedes.flatMap((id): Memory[] => {
      const old = shelves.get(id);
      return old === undefined ? [] : [{ ...old, status: "superseded", supersededBy: memory.id, updatedAt: at }];
    });
    const undo = learned.status === "pending" ? "Put something into the inbox" : "Learned something";
    await shelves.set([...superseded, memory], undo);
  }

  #now(): string {
    return this.#options.now().toISOString();
  }
}

/** All memories, read: what was tidied or imported since would hold everybody up when it is compared with. */
export async function knownIn(shelves: Shelves): Promise<Known> {
  const memories = shelves.all();
  await readContents(memories);
  return memories;
}

/** What the user wrote, and what was answered. */
export function utterancesOf(conversation: string, { accepted, text, doneAt, doneSeq }: Turn): Utterance[] {
  const { turnId, seq, at, content } = accepted;
  const asked = { conversation, turnId, seq, at, role: "user" as const, origin: "user" as const, text: content };
  if (text.trim() === "" || doneSeq === undefined) return [asked];
  const answered = { role: "assistant" as const, origin: "assistant" as const, text };
  return [asked, { conversation, turnId, seq: doneSeq, at: doneAt ?? at, ...answered }];
}
