import { MemoryIndex } from "../server/memory/worker/memoryIndex.ts";
import { silentLog } from "../server/util/log.ts";
import type { Talk } from "./locomo.ts";
import { itemsOf, LIMIT, type RecallStore } from "./recallStore.ts";

/** Recall as it is used: in its thread, with the embedder that is built in. */
export class ThreadStore implements RecallStore {
  readonly #index: MemoryIndex;

  constructor(modelFolder: string) {
    this.#index = new MemoryIndex({
      workerUrl: new URL("../server/memory/worker/memoryWorker.ts", import.meta.url),
      modelFolder,
      embedder: { kind: "embedded" },
      log: silentLog,
    });
  }

  async remember(talk: Talk): Promise<void> {
    const items = itemsOf(talk);
    await this.#index.add(items);
    // The newest are embedded first: once the oldest has a meaning, all have.
    const oldest = items.find(({ text }) => /\p{L}{4}/u.test(text));
    while (oldest !== undefined && !(await this.#hasMeaning(oldest.id, oldest.text, talk.nowMs)))
      await new Promise((resolve) => setTimeout(resolve, 200));
  }

  async recall(text: string, nowMs: number): Promise<string[]> {
    const { ranked, lexicalOnly } = await this.#index.recall({ text, queryType: "chat", limit: LIMIT, nowMs });
    if (lexicalOnly !== undefined) throw new Error(`Meaning was not looked at: ${lexicalOnly}`);
    return ranked.map(({ id }) => id);
  }

  async dispose(): Promise<void> {
    await this.#index.close();
  }

  async #hasMeaning(id: string, text: string, nowMs: number): Promise<boolean> {
    const { ranked } = await this.#index.recall({ text, queryType: "search", limit: LIMIT, nowMs });
    return ranked.some((found) => found.id === id && found.signals.meaning !== undefined);
  }
}
