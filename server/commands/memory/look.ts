import type { EmbedderStatus, MemoryKind } from "../../protocol/memory.ts";
import { MEMORY_KINDS } from "../../protocol/memory.ts";
import { DuckError } from "../../util/errors.ts";
import type { MemoryCall, MemorySubcommand } from "./askMemory.ts";
import { counted, hitItem, memoryItem, plain, quoted } from "./inWords.ts";

/** What only looks: how much there is, what is about something, all of it. */

export const overview: MemorySubcommand = {
  name: "overview",
  summary: "How much is remembered, and how well",
  async run({ ask }) {
    const { counts, pinned, episodes, patterns, junk, embedder, ...more } = await ask("rubberduck/memory/overview", {});
    const active = counts.active + counts.stale;
    const some = [pinned > 0 ? `${pinned} pinned` : "", counts.stale > 0 ? `${counts.stale} stale` : ""].filter(
      Boolean,
    );
    return [
      `I remember **${counted(active, "thing")}**${some.length > 0 ? ` (${some.join(", ")})` : ""}, and can look up ${counted(episodes, "message")} of earlier conversations.`,
      "",
      ...(counts.pending > 0 ? [`- **${counts.pending}** in the inbox wait for your word: \`/memory inbox\``] : []),
      `- ${counted(patterns, "pattern")} of what you ask and work on`,
      `- ${junk.count} of ${junk.of} turned out to be junk (${percent(junk.rate)})`,
      `- ${(more.bytes / 1e6).toFixed(1)} MB on disk, encrypted`,
      `- ${meaning(embedder)}`,
      ...(more.consolidatedAt ? [`- Tidied last on ${more.consolidatedAt.slice(0, 16).replace("T", " ")} UTC`] : []),
      ...(more.undoable ? [`- Last change: ${plain(more.undoable)}. \`/memory undo\` takes it back`] : []),
    ].join("\n");
  },
};

export const search: MemorySubcommand = {
  name: "search",
  usage: "WORDS",
  summary: "What is remembered or was said about something",
  async run({ argument, ask, conversationId }) {
    if (argument === "") throw new DuckError("invalidRequest", "Search for what? For example: /memory search deploy");
    const { hits, lexicalOnly } = await ask("rubberduck/memory/recall", {
      query: argument,
      queryType: "search",
      limit: 10,
      conversationId,
    });
    const found = hits.length === 0 ? [`Nothing is remembered about ${quoted(argument)}.`] : hits.map(hitItem);
    return [...found, ...(lexicalOnly ? ["", `By words alone: ${plain(lexicalOnly)}`] : [])].join("\n");
  },
};

export const list: MemorySubcommand = {
  name: "list",
  usage: "[KIND]",
  summary: `All memories, or those of a kind: ${MEMORY_KINDS.join(", ")}`,
  async run({ argument, ask }: MemoryCall) {
    const kind = kindNamed(argument);
    const { memories, total } = await ask("rubberduck/memory/list", { limit: SHOWN, ...(kind && { kinds: [kind] }) });
    if (memories.length === 0) return `${kind ? `No ${kind}` : "Nothing"} is remembered yet. ${HOW_TO_BEGIN}`;
    const rest = total - memories.length;
    const more = rest > 0 ? ["", `And ${rest} more: \`/memory search WORDS\`, or open the Memory view.`] : [];
    return [...memories.map(memoryItem), ...more].join("\n");
  },
};

const SHOWN = 50;

const HOW_TO_BEGIN = "Tell me something: “Remember that we deploy on Tuesdays.”";

/** "facts" is as good as "fact". */
function kindNamed(argument: string): MemoryKind | undefined {
  if (argument === "") return undefined;
  const name = argument.toLowerCase();
  const kind = MEMORY_KINDS.find((one) => name === one || name === `${one}s`);
  if (kind !== undefined) return kind;
  throw new DuckError("invalidRequest", `There is no kind "${argument}". The kinds are ${MEMORY_KINDS.join(", ")}.`);
}

function meaning({ state, model, done, total, message }: EmbedderStatus): string {
  switch (state) {
    case "ready":
      return `Found by words and by meaning (${plain(model ?? "")})`;
    case "building":
      return `Found by words; meaning follows (${done ?? 0} of ${total ?? 0})`;
    case "loading":
      return "Found by words; meaning follows";
    case "off":
    case "failed":
      return `Found by words alone${message ? `: ${plain(message)}` : ""}`;
  }
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)}%`;
}
