import { RecallIndex } from "../../server/memory/recall/recallIndex.ts";
import type { RecallItem, RecallQuery } from "../../server/memory/recall/recallItem.ts";
import type { RecallItems } from "../../server/memory/recallItems.ts";
import type { EmbedderStatus } from "../../server/protocol/memory.ts";

/** What the memory worker does, in this thread, by words alone, and kept nowhere. */
export class RecallInProcess implements RecallItems {
  readonly status: EmbedderStatus = { state: "off", message: "Words alone." };
  readonly #index = new RecallIndex();
  readonly #items = new Map<string, RecallItem>();
  readonly #marks = new Map<string, string>();
  /** How often nothing of what was removed was to be left in a file. */
  purged = 0;

  async known(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.#marks);
  }

  async setSession(session: string, mark: string, items: readonly RecallItem[]): Promise<void> {
    await this.removeSession(session);
    this.#marks.set(session, mark);
    await this.add(items);
  }

  async setMemories(items: readonly RecallItem[]): Promise<void> {
    await this.remove([...this.#items.values()].flatMap(({ id, session }) => (session === undefined ? id : [])));
    await this.add(items);
  }

  async add(items: readonly RecallItem[], mark?: { readonly session: string; readonly mark: string }): Promise<void> {
    for (const item of items) this.#items.set(item.id, item);
    this.#index.add(items);
    if (mark !== undefined) this.#marks.set(mark.session, mark.mark);
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#items.delete(id);
    this.#index.remove(ids);
  }

  async removeSession(session: string): Promise<void> {
    this.#marks.delete(session);
    await this.remove([...this.#items.values()].flatMap((item) => (item.session === session ? item.id : [])));
  }

  async recall(query: RecallQuery) {
    const ranked = this.#index.search(query, undefined);
    const items = await this.texts(ranked.map(({ id }) => id));
    return { ranked, episodes: items.filter(({ kind }) => kind === "episode"), lexicalOnly: "Words alone." };
  }

  async texts(ids: readonly string[]): Promise<RecallItem[]> {
    return ids.flatMap((id) => this.#items.get(id) ?? []);
  }

  async purge(): Promise<void> {
    this.purged++;
  }

  async episodes(): Promise<number> {
    return [...this.#items.values()].filter(({ kind }) => kind === "episode").length;
  }

  async close(): Promise<void> {}

  async abandon(): Promise<void> {}

  onDidChangeStatus(): () => void {
    return () => {};
  }
}
