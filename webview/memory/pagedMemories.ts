import { computed, signal } from "@preact/signals";
import type { Memory, MemoryListParams } from "../../server/protocol/memory.ts";

/** Answers a part of a list, from `offset` on. */
export type ListMemories = (params: MemoryListParams) => Promise<{ memories: Memory[]; total: number }>;

interface Kept {
  readonly index: number;
  readonly id: string;
}

/** A long list of memories, of which only the parts that were looked at are here. */
export class PagedMemories {
  /** How many there are; undefined before the first answer. */
  readonly total = signal<number | undefined>(undefined);
  /** By their place; undefined where a part is not here yet. */
  readonly ids = computed(() => withKept(this.#listed.value, this.#kept.value));
  readonly #listed = signal<readonly (string | undefined)[]>([]);
  readonly #kept = signal<readonly Kept[]>([]);
  readonly #list: ListMemories;
  #params: MemoryListParams = {};
  #asked = new Set<number>();
  /** Counts up with each new list: answers to an earlier one are of no use. */
  #generation = 0;

  constructor(list: ListMemories) {
    this.#list = list;
  }

  /** Shows another list from its beginning. What is shown stays until its first part is here. */
  async open(params: MemoryListParams): Promise<readonly Memory[]> {
    this.#params = params;
    return this.#reload(true);
  }

  /** The same list, as it is now. Rows in which something was done stay where they are. */
  async refresh(): Promise<void> {
    await this.#reload(this.total.peek() === undefined);
  }

  /** Something was done in the row of `id`, where `now` stands from here on. */
  keep(id: string, now: string): void {
    const index = this.ids.peek().indexOf(id);
    if (index < 0) return;
    this.#kept.value = [...this.#kept.peek().filter((kept) => kept.id !== id), { index, id: now }];
  }

  /** These rows are in view, by their places. */
  async need(rows: readonly number[]): Promise<void> {
    const kept = this.#kept.peek().length;
    const last = (this.total.peek() ?? 0) - 1;
    // A row that was kept may have moved those below it down.
    const places = rows.flatMap((row) => [row, row - kept]).filter((place) => place >= 0 && place <= last);
    const pages = new Set(places.map((place) => Math.floor(place / PAGE)));
    await Promise.all([...pages].filter((page) => !this.#asked.has(page)).map((page) => this.#load(page)));
  }

  async #reload(isOther: boolean): Promise<readonly Memory[]> {
    const generation = ++this.#generation;
    const { memories, total } = await this.#list({ ...this.#params, limit: PAGE, offset: 0 });
    if (generation !== this.#generation) return [];
    this.#asked = new Set([0]);
    if (isOther) this.#kept.value = [];
    this.#listed.value = placed(new Array<undefined>(total).fill(undefined), 0, memories);
    this.total.value = total;
    return memories;
  }

  async #load(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
    try {
      const offset = page * PAGE;
      const { memories, total } = await this.#list({ ...this.#params, limit: PAGE, offset });
      if (generation !== this.#generation) return;
      const listed = this.#listed.peek().slice(0, total);
      this.#listed.value = placed(listed, offset, memories);
      this.total.value = total;
    } catch (error) {
      this.#asked.delete(page);
      throw error;
    }
  }
}

export const PAGE = 200;

function placed(
  listed: readonly (string | undefined)[],
  offset: number,
  memories: readonly Memory[],
): (string | undefined)[] {
  const ids = [...listed];
  for (const [index, { id }] of memories.entries()) ids[offset + index] = id;
  return ids;
}

function withKept(listed: readonly (string | undefined)[], kept: readonly Kept[]): readonly (string | undefined)[] {
  if (kept.length === 0) return listed;
  const held = new Set(kept.map(({ id }) => id));
  const ids = listed.filter((id) => id === undefined || !held.has(id));
  for (const { index, id } of kept.toSorted((one, other) => one.index - other.index)) {
    ids.splice(Math.min(index, ids.length), 0, id);
  }
  return ids;
}
