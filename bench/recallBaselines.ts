import { Bm25 } from "./baselines.ts";
import type { Talk } from "./locomo.ts";
import { cosine, type Embed, type RecallStore, textOf } from "./recallStore.ts";

/** Turns by themselves, each with the date of its session, by BM25. */
export class Bm25Store implements RecallStore {
  readonly #bm25 = new Bm25();
  #ids: string[] = [];

  async remember({ turns }: Talk): Promise<void> {
    this.#ids = turns.map(({ id }) => id);
    for (const [i, turn] of turns.entries())
      this.#bm25.add(i, `${turn.date} ${textOf(turn)}`.trim().replaceAll("\n", " "));
  }

  async recall(question: string): Promise<string[]> {
    return this.#bm25.search(question, () => true).map((i) => this.#ids[i] ?? "");
  }
}

/** Turns by themselves, by the likeness of their embedding with that of the question. */
export class EmbeddingStore implements RecallStore {
  readonly #embed: Embed;
  readonly #turns: { readonly id: string; readonly vector: Float32Array }[] = [];

  constructor(embed: Embed) {
    this.#embed = embed;
  }

  async remember({ turns }: Talk): Promise<void> {
    const vectors = await this.#embed(turns.map(textOf));
    for (const [i, vector] of vectors.entries()) this.#turns.push({ id: turns[i]?.id ?? "", vector });
  }

  async recall(question: string): Promise<string[]> {
    const [asked = new Float32Array()] = await this.#embed([question]);
    return this.#turns
      .map(({ id, vector }) => ({ id, score: cosine(asked, vector) }))
      .sort((a, b) => b.score - a.score)
      .map(({ id }) => id);
  }
}

/** Both by reciprocal rank fusion with k 60, weighed alike (Cormack, Clarke and Büttcher 2009): what is usually done. */
export class RankFusionStore implements RecallStore {
  readonly #stores: readonly RecallStore[];

  constructor(stores: readonly RecallStore[]) {
    this.#stores = stores;
  }

  async remember(talk: Talk): Promise<void> {
    for (const store of this.#stores) await store.remember(talk);
  }

  async recall(question: string, nowMs: number): Promise<string[]> {
    const scores = new Map<string, number>();
    for (const store of this.#stores) {
      for (const [rank, id] of (await store.recall(question, nowMs)).entries())
        scores.set(id, (scores.get(id) ?? 0) + 1 / (61 + rank));
    }
    return [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  }
}
