import { MEMORY_KINDS, type Memory, type MemoryStatus } from "../../protocol/memory.ts";
import { DuckError } from "../../util/errors.ts";
import { stem, wordsOf } from "../../util/terms.ts";
import type { MemoryCall } from "./askMemory.ts";

type Asking = Pick<MemoryCall, "ask">;

/** Which memories an id may name. */
type Among = "kept" | "forgotten";

const STATUSES: { readonly [A in Among]: readonly MemoryStatus[] } = {
  kept: ["active", "pending", "stale", "superseded"],
  forgotten: ["forgotten"],
};

/** The memory whose id begins so; undefined when none does. Throws DuckError invalidRequest when several do. */
export async function memoryById({ ask }: Asking, id: string, among: Among = "kept"): Promise<Memory | undefined> {
  if (!/^[A-Za-z0-9_:.-]{1,200}$/.test(id)) return undefined;
  const { memories } = await ask("rubberduck/memory/get", { ids: [id] });
  const [exact] = memories.filter(({ status }) => STATUSES[among].includes(status));
  if (exact !== undefined || id.length < SHORTEST_ID) return exact;
  const found = (await allMemories({ ask }, STATUSES[among])).filter((memory) => memory.id.startsWith(id));
  if (found.length > 1) {
    throw new DuckError(
      "invalidRequest",
      `Several memories have an id that begins with ${id}: ${found
        .slice(0, 5)
        .map((one) => one.id)
        .join(", ")}. Name one of them in full.`,
    );
  }
  return found[0];
}

const SHORTEST_ID = 4;

/** As {@link memoryById}; throws DuckError notFound when there is none. */
export async function requiredMemory(asking: Asking, id: string, among: Among = "kept"): Promise<Memory> {
  const memory = await memoryById(asking, id, among);
  if (memory !== undefined) return memory;
  if (id === "") throw new DuckError("invalidRequest", "Say which memory, by its id.");
  const hint = among === "forgotten" ? "What was forgotten for good has none." : "The list of all shows them.";
  throw new DuckError(
    "notFound",
    `There is no ${among === "forgotten" ? "forgotten " : ""}memory with the id ${id}. ${hint}`,
  );
}

/** All memories in these states, whatever their number. */
export async function allMemories({ ask }: Asking, statuses: readonly MemoryStatus[]): Promise<Memory[]> {
  const all: Memory[] = [];
  for (;;) {
    const { memories, total } = await ask("rubberduck/memory/list", { statuses, limit: PAGE, offset: all.length });
    all.push(...memories);
    if (memories.length === 0 || all.length >= total) return all;
  }
}

const PAGE = 1000;

/** Memories that words may mean, the likeliest first; `clear` when it can only be the first. */
export interface Meant {
  readonly candidates: readonly Memory[];
  readonly clear: boolean;
}

export async function memoriesMeant({ ask }: Asking, words: string): Promise<Meant> {
  const query = words.slice(0, 1000);
  const recalled = await ask("rubberduck/memory/recall", {
    query,
    queryType: "search",
    kinds: MEMORY_KINDS,
    limit: 20,
  });
  const { memories: listed } = await ask("rubberduck/memory/list", { query, limit: 20 });
  const found = [...recalled.hits.flatMap(({ memory }) => memory ?? []), ...listed];
  return meant(words, [...new Map(found.map((memory) => [memory.id, memory])).values()]);
}

/** Clear: all the telling words stand in one memory alone. Without one that has half of them, none is meant. */
export function meant(words: string, found: readonly Memory[]): Meant {
  const telling = tellingWords(words);
  const ranked = found
    .map((memory) => ({ memory, share: shareIn(memory.text, telling) }))
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share);
  const whole = ranked.filter(({ share }) => share === 1);
  const candidates = (whole.length > 0 ? whole : ranked).slice(0, 10).map(({ memory }) => memory);
  return { candidates, clear: whole.length === 1 };
}

function shareIn(text: string, telling: ReadonlySet<string>): number {
  const own = tellingWords(text);
  const shared = [...telling].filter((word) => own.has(word)).length;
  return telling.size === 0 ? 0 : shared / telling.size;
}

function tellingWords(text: string): Set<string> {
  const words = wordsOf(text.toLowerCase());
  const telling = words.filter((word) => !FILLERS.has(word));
  return new Set((telling.length > 0 ? telling : words).map(stem));
}

/** Words that a sentence needs and its subject does not. */
const FILLERS = new Set(
  (
    "a about all am an and any anything are as at be been but by did do does everything for from had has have i i'm if in is it " +
    "its me my no not of on or our ours said so that the their them there these they thing things this those to was we were what " +
    "when where which who will with you your"
  ).split(" "),
);
