import type { Episode, Memory } from "../../server/protocol/memory.ts";
import type { Known, MemoryChange } from "./memories.ts";

/** What a row of a memory shows. Pure. */
export type RowState =
  | { readonly kind: "loading" }
  /** Forgotten for good, or never known to this store. */
  | { readonly kind: "gone" }
  | { readonly kind: "forgotten"; readonly text: string; readonly finalAt?: string; readonly messages: number }
  | { readonly kind: "superseded"; readonly memory: Memory; readonly by: string | undefined }
  | { readonly kind: "memory"; readonly memory: Memory; readonly isMuted: boolean }
  | { readonly kind: "episode"; readonly episode: Episode; readonly isMuted: boolean };

export interface RowFacts {
  readonly known: Known | undefined;
  readonly change: MemoryChange | undefined;
  /** The conversation that is shown. */
  readonly conversationId: string | undefined;
  /** When the receipt was made that the row stands in. */
  readonly wasMuted: boolean;
}

export function rowState({ known, change, conversationId, wasMuted }: RowFacts): RowState {
  if (known === undefined) return { kind: "loading" };
  if (known === "gone") return { kind: "gone" };
  const isMutedHere = change?.kind === "muted" && change.conversationId === conversationId;
  const isMuted = isMutedHere || (wasMuted && change?.kind !== "unmuted");
  if ("episode" in known) {
    const { episode } = known;
    if (change?.kind === "forgotten") return { kind: "forgotten", text: episode.text, messages: 0 };
    return { kind: "episode", episode, isMuted };
  }
  const { memory } = known;
  if (change?.kind === "forgotten" || memory.status === "forgotten") return forgotten(memory, change);
  const by = memory.supersededBy ?? (change?.kind === "corrected" ? change.by : undefined);
  if (by !== undefined || memory.status === "superseded") return { kind: "superseded", memory, by };
  return { kind: "memory", memory, isMuted };
}

/** As long as it can be undone its text is there. */
function forgotten({ text, finalAt: known }: Memory, change: MemoryChange | undefined): RowState {
  const asked = change?.kind === "forgotten" ? change : undefined;
  const finalAt = known ?? asked?.finalAt;
  if (finalAt === undefined || text === "") return { kind: "gone" };
  return { kind: "forgotten", text, finalAt, messages: asked?.messages ?? 0 };
}
