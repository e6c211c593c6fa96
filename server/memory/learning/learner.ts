import type { Memory } from "../../protocol/memory.ts";
import { decide } from "./decide.ts";
import type { Decision, Utterance } from "./utterance.ts";

/** How many utterances before one are looked at. */
export const RECENT = 6;

/** Memories as they follow from what was said, one utterance after another. Holds them in memory only. */
export class Learner {
  #memories: Memory[] = [];
  #recent: Utterance[] = [];
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  get memories(): readonly Memory[] {
    return this.#memories;
  }

  hear(utterance: Utterance): Decision[] {
    const decisions = decide(utterance, this.#recent, this.#memories);
    for (const decision of decisions) this.#memories = applied(this.#memories, decision, utterance.at, this.#newId);
    this.#recent = [...this.#recent, utterance].slice(-RECENT);
    return decisions;
  }
}

/** The memories after a decision. */
export function applied(memories: readonly Memory[], decision: Decision, at: string, newId: () => string): Memory[] {
  if (decision.do === "nothing") return [...memories];
  if (decision.do === "merge") {
    const { into, source, confidence } = decision;
    return memories.map((memory) =>
      memory.id === into ? { ...memory, sources: [...memory.sources, source], confidence, updatedAt: at } : memory,
    );
  }
  const { do: _, ...learned } = decision;
  const id = newId();
  const added: Memory = { ...learned, id, anchors: [], createdAt: at, updatedAt: at, uses: 0, pinned: false };
  const kept = memories.map((memory) =>
    decision.supersedes.includes(memory.id)
      ? { ...memory, status: "superseded" as const, supersededBy: id, updatedAt: at }
      : memory,
  );
  return [...kept, added];
}
