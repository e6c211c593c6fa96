import type { RecallItem } from "../recall/recallItem.ts";
import type { Change, SessionMark } from "./memoryMessages.ts";

/** Memories stand together, as what is said in one conversation does. */
export const MEMORIES = "";

/** What is kept together: the memories, or one conversation. */
export interface Group extends SessionMark {
  readonly items: readonly RecallItem[];
}

export interface Changed {
  readonly added: readonly RecallItem[];
  /** Ids that are there no more. */
  readonly removed: readonly string[];
}

/** All items with their texts, by what is kept together; and which groups have changed since they were kept. */
export class HeldItems {
  readonly #items = new Map<string, RecallItem>();
  readonly #groups = new Map<string, { mark: string; readonly ids: Set<string> }>();
  readonly #changed = new Set<string>();

  get size(): number {
    return this.#items.size;
  }

  get(id: string): RecallItem | undefined {
    return this.#items.get(id);
  }

  all(): Iterable<RecallItem> {
    return this.#items.values();
  }

  /** Conversations, each with its mark. */
  marks(): Map<string, string> {
    const marks = [...this.#groups].map(([session, { mark }]) => [session, mark] as const);
    return new Map(marks.filter(([session]) => session !== MEMORIES));
  }

  /** Of all groups. */
  sessions(): string[] {
    return [...this.#groups.keys()];
  }

  /** Takes in what was kept. */
  load({ session, mark, items }: Group): void {
    this.#replace(session, mark, items);
    this.#changed.delete(session);
  }

  apply(change: Change): Changed {
    switch (change.kind) {
      case "session":
        return this.#replace(change.session, change.mark, change.items);
      case "memories":
        return this.#replace(MEMORIES, "", change.items);
      case "add":
        for (const item of change.items) this.#put(item);
        if (change.mark) this.#group(change.mark.session).mark = change.mark.mark;
        return { added: change.items, removed: [] };
      case "remove":
        return { added: [], removed: change.ids.filter((id) => this.#drop(id)) };
      case "removeSession":
        return { added: [], removed: this.#dropGroup(change.session) };
    }
  }

  /** Groups that changed since this was asked last; without items and mark when there is no more of them. */
  takeChanged(): { readonly session: string; readonly group: Group | undefined }[] {
    const changed = [...this.#changed].map((session) => ({ session, group: this.#copyOf(session) }));
    this.#changed.clear();
    return changed;
  }

  /** They could not be kept: they are still to be. */
  stillChanged(sessions: Iterable<string>): void {
    for (const session of sessions) this.#changed.add(session);
  }

  #replace(session: string, mark: string, items: readonly RecallItem[]): Changed {
    const ids = new Set(items.map(({ id }) => id));
    const removed = [...(this.#groups.get(session)?.ids ?? [])].filter((id) => !ids.has(id) && this.#drop(id));
    this.#group(session).mark = mark;
    for (const item of items) this.#put(item);
    return { added: items, removed };
  }

  #put(item: RecallItem): void {
    const session = item.session ?? MEMORIES;
    const before = this.#items.get(item.id);
    if (before && (before.session ?? MEMORIES) !== session) this.#drop(item.id);
    this.#items.set(item.id, item);
    this.#group(session).ids.add(item.id);
  }

  #drop(id: string): boolean {
    const session = this.#items.get(id)?.session ?? MEMORIES;
    if (!this.#items.delete(id)) return false;
    this.#group(session).ids.delete(id);
    return true;
  }

  #dropGroup(session: string): string[] {
    const removed = [...(this.#groups.get(session)?.ids ?? [])].filter((id) => this.#drop(id));
    if (this.#groups.delete(session)) this.#changed.add(session);
    return removed;
  }

  /** To be changed. */
  #group(session: string) {
    const group = this.#groups.get(session) ?? { mark: "", ids: new Set<string>() };
    this.#groups.set(session, group);
    this.#changed.add(session);
    return group;
  }

  #copyOf(session: string): Group | undefined {
    const group = this.#groups.get(session);
    if (group === undefined) return undefined;
    return { session, mark: group.mark, items: [...group.ids].flatMap((id) => this.#items.get(id) ?? []) };
  }
}
