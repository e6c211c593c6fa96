import { statementOf } from "../server/memory/recall/questions.ts";
import { RecallIndex } from "../server/memory/recall/recallIndex.ts";
import type { Likeness, RecallItem } from "../server/memory/recall/recallItem.ts";
import { sentencesOf, spoken } from "../server/memory/recall/sentences.ts";
import type { Talk, TalkTurn } from "./locomo.ts";

/** What one store remembers of a talk, and how it is asked. */
export interface RecallStore {
  remember(talk: Talk): Promise<void>;
  /** Ids of turns, best first. */
  recall(question: string, nowMs: number): Promise<string[]>;
  dispose?(): Promise<void>;
}

export type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

export interface Without {
  /** The name before what is said. Who of the two speaks is still known. */
  readonly names?: boolean;
  /** The conversation around a turn. */
  readonly neighbours?: boolean;
  readonly dates?: boolean;
}

export const LIMIT = 20;

/** Recall alone, in memory: without it being written, encrypted and sent through a worker. */
export class IndexStore implements RecallStore {
  readonly #index = new RecallIndex();
  readonly #embed: Embed | undefined;
  readonly #without: Without;
  readonly #vectors = new Map<string, { whole: Float32Array; sentences: readonly Float32Array[] }>();

  constructor(embed: Embed | undefined, without: Without = {}) {
    this.#embed = embed;
    this.#without = without;
  }

  async remember(talk: Talk): Promise<void> {
    this.#index.add(itemsOf(talk, this.#without));
    for (const { id, text } of talk.turns) {
      const [whole, ...sentences] = (await this.#embed?.(embeddedTextsOf(text))) ?? [];
      if (whole !== undefined) this.#vectors.set(id, { whole, sentences });
    }
  }

  async recall(question: string, nowMs: number): Promise<string[]> {
    const [vector] = (await this.#embed?.([statementOf(question)])) ?? [];
    const likeness = vector && ((id: string) => this.#likeness(id, vector));
    const query = { text: question, queryType: "chat" as const, limit: LIMIT, nowMs };
    return this.#index.search(query, likeness).map(({ id }) => id);
  }

  #likeness(id: string, to: Float32Array): Likeness | undefined {
    const vectors = this.#vectors.get(id);
    if (vectors === undefined) return undefined;
    const sentence = vectors.sentences.reduce((best, vector) => Math.max(best, cosine(vector, to)), 0);
    return { whole: cosine(vectors.whole, to), sentence };
  }
}

/** Every turn as an episode, every session as a conversation. */
export function itemsOf({ turns }: Talk, { names, neighbours, dates }: Without = {}): RecallItem[] {
  return turns.map((turn) => ({
    id: turn.id,
    kind: "episode",
    text: names ? turn.text : textOf(turn),
    speaker: turn.role,
    atMs: dates ? 0 : turn.atMs,
    ...(neighbours ? {} : { session: turn.session, position: turn.position }),
  }));
}

/** A turn as it is remembered: who says it, and what. */
export function textOf({ name, text }: TalkTurn): string {
  return name === "" ? text : `${name}: ${text}`;
}

/** The whole, then its sentences. */
export function embeddedTextsOf(text: string): string[] {
  return [spoken(text), ...sentencesOf(text)];
}

/** Of vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
