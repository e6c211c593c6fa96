import { setImmediate } from "node:timers/promises";
import { type Embedder, EmbedderError } from "../../llm/embedder.ts";
import type { EmbedderStatus } from "../../protocol/memory.ts";
import type { Clock } from "../../util/clock.ts";
import { causeOf } from "../../util/errors.ts";
import type { Likeness } from "../recall/recallItem.ts";
import { hashOf, piecesOf } from "./pieces.ts";
import type { VectorRows } from "./vectorRows.ts";

export interface EmbeddingOptions {
  readonly embedder: Embedder;
  readonly rows: VectorRows;
  readonly ids: () => Iterable<string>;
  /** Undefined when there is no such item any more. */
  readonly textOf: (id: string) => string | undefined;
  /** Loading blocks the thread: it waits until nobody asks for a moment, and words alone decide meanwhile. Default: at once. */
  readonly loadsWhenQuiet?: boolean;
  readonly clock: Clock;
  readonly onStatus: (status: EmbedderStatus) => void;
  /** Which embedder it is is known: the rows are to hold what was kept of it, and nothing of another. */
  readonly load: (embedder: string, dimension: number) => Promise<void>;
  /** The rows have changed. */
  readonly onVectors: () => void;
}

export type Meaning =
  | { readonly kind: "known"; readonly likeness: (id: string) => Likeness | undefined }
  /** Why it is not, as a sentence. */
  | { readonly kind: "unknown"; readonly why: string };

/** Longer, and words alone decide: an endpoint may be far away, and an answer waits two seconds for memory (recaller.ts). */
const QUESTION_WAIT_MS = 1_500;
/** Who asks while so many wait already is answered by words alone: with many items each takes the thread 25 ms. */
const MOST_WAITING = 2;
/** Questions whose vectors are kept: while one is written it is asked what would go along with it, and then it is sent. */
const REMEMBERED = 16;
/** Who asks something of the worker asks more: for so long nothing is embedded in the background, or that waited for it. */
const QUIET_MS = 1_000;
/** However much is asked: after so long a rest work goes on for a while. */
const MOST_QUIET_MS = 30_000;
const WORK_MS = 1_000;
/** After a failure nobody is asked for so long: each question would wait. */
const PAUSE_MS = 30_000;
/** With more items than so many, and than this share of all, without vectors, those that have them would always win. */
const FEW_MISSING = 16;
const SHARE_MISSING = 0.05;

/** Gives items their vectors, in the background, the newest first; and questions before them. */
export class Embedding {
  readonly #options: EmbeddingOptions;
  readonly #missing = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #questions = new Set<Promise<unknown>>();
  /** The last questions with their vectors. */
  readonly #asked = new Map<string, Float32Array>();
  #ready: Promise<void> | undefined;
  #isReady = false;
  #disturbedAtMs = Number.NEGATIVE_INFINITY;
  /** Until then nobody disturbs it. */
  #worksUntilMs = Number.NEGATIVE_INFINITY;
  /** Since so many were missing that it is said, until none is. */
  #isFilling = false;
  #work: Promise<void> | undefined;
  #failure: { readonly why: string; readonly atMs: number } | undefined;
  #told = "";

  constructor(options: EmbeddingOptions) {
    this.#options = options;
    if (options.loadsWhenQuiet) this.disturbed();
  }

  /** These are to have vectors; those that have them of the same text keep them. */
  want(ids: Iterable<string>): void {
    const { rows, textOf } = this.#options;
    for (const id of ids) {
      const text = textOf(id);
      if (text !== undefined && !rows.has(id, hashOf(text))) this.#missing.add(id);
    }
    this.#work ??= this.#run().finally(() => {
      this.#work = undefined;
    });
  }

  /** Resolves once nothing more can be done. */
  async settled(): Promise<void> {
    while (this.#work) await this.#work;
  }

  /** By what a question means, how like it items are. Never fails, and never waits long. */
  async meaningOf(question: string): Promise<Meaning> {
    const { rows } = this.#options;
    if (this.#isPaused() || this.#isPutOff() || (this.#isReady && this.#isBuilding())) return this.#unknown();
    if (this.#questions.size >= MOST_WAITING) return { kind: "unknown", why: CROWDED };
    const asked = this.#vectorOf(question);
    this.#questions.add(asked);
    try {
      const vector = await asked;
      if (this.#isBuilding()) return this.#unknown();
      this.want([]);
      return { kind: "known", likeness: vector && rows.size > 0 ? rows.likenessTo(vector) : () => undefined };
    } catch (error) {
      return this.#isReady ? this.#failed(error) : this.#unknown();
    } finally {
      this.#questions.delete(asked);
      this.disturbed();
    }
  }

  /** Somebody wants something of the thread. */
  disturbed(): void {
    this.#disturbedAtMs = this.#options.clock.monotonicMs();
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new EmbedderError("The embedder was changed."));
    await this.settled();
    await this.#options.embedder.dispose();
  }

  async #vectorOf(question: string): Promise<Float32Array | undefined> {
    const { embedder, clock } = this.#options;
    const known = this.#asked.get(question);
    if (known !== undefined) return known;
    const waited = new AbortController();
    const late = new EmbedderError(
      `${embedder.id} did not answer a question within ${QUESTION_WAIT_MS / 1000} seconds.`,
    );
    const cancel = clock.after(QUESTION_WAIT_MS, () => waited.abort(late));
    try {
      const answer = this.#prepared().then(() => embedder.embed([question], waited.signal));
      const [vector] = await Promise.race([answer, aborted(waited.signal)]);
      if (vector !== undefined) this.#remember(question, vector);
      return vector;
    } finally {
      cancel();
      waited.abort();
    }
  }

  #remember(question: string, vector: Float32Array): void {
    this.#asked.set(question, vector);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > REMEMBERED && oldest !== undefined) this.#asked.delete(oldest);
  }

  async #run(): Promise<void> {
    if (this.#isPaused()) return;
    try {
      if (this.#isPutOff()) await this.#quiet();
      await this.#prepared();
      while (this.#missing.size > 0 && !this.#stopped.signal.aborted) {
        await this.#embedSome();
        this.#tell();
        await this.#quiet();
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#failed(error);
    }
  }

  /** Loads the model, learns its dimension, and lets go of vectors of another. */
  #prepared(): Promise<void> {
    this.#tell();
    this.#ready ??= this.#prepare().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #prepare(): Promise<void> {
    const { embedder, load, ids } = this.#options;
    const [vector] = await embedder.embed(["ready"], this.#stopped.signal);
    await load(embedder.id, vector?.length ?? 0);
    this.#isReady = true;
    this.#failure = undefined;
    this.want(ids());
    this.#tell();
  }

  async #embedSome(): Promise<void> {
    const { embedder, rows, textOf, onVectors } = this.#options;
    const items = this.#nextItems(embedder.atOnce);
    const pieces = items.flatMap((item) => item.pieces);
    const vectors: Float32Array[] = [];
    for (let i = 0; i < pieces.length; i += embedder.atOnce) {
      vectors.push(...(await embedder.embed(pieces.slice(i, i + embedder.atOnce), this.#stopped.signal)));
      await this.#quiet();
    }
    for (const { id, hash, pieces } of items) {
      const own = vectors.splice(0, pieces.length);
      const text = textOf(id);
      const isSame = text !== undefined && hashOf(text) === hash;
      if (isSame && own.length > 0) rows.set({ id, hash, vectors: own });
      if (isSame || text === undefined) this.#missing.delete(id);
    }
    onVectors();
  }

  /** The newest, so many that there are enough pieces for one batch. */
  #nextItems(pieces: number): { readonly id: string; readonly hash: string; readonly pieces: string[] }[] {
    const items = [];
    let count = 0;
    for (const id of [...this.#missing].toReversed()) {
      const text = this.#options.textOf(id) ?? "";
      const item = { id, hash: hashOf(text), pieces: piecesOf(text) };
      items.push(item);
      count += item.pieces.length;
      if (count >= pieces) break;
    }
    return items;
  }

  /** Questions, and what follows them at once, go before the next batch: the built-in embedder blocks its thread. */
  async #quiet(): Promise<void> {
    const { clock } = this.#options;
    const longestMs = clock.monotonicMs() + MOST_QUIET_MS;
    for (;;) {
      await Promise.allSettled(this.#questions);
      await setImmediate();
      if (this.#questions.size > 0) continue;
      const nowMs = clock.monotonicMs();
      const restMs = Math.min(this.#disturbedAtMs + QUIET_MS, longestMs) - nowMs;
      if (restMs <= 0 || nowMs < this.#worksUntilMs) return;
      await clock.sleep(restMs, this.#stopped.signal);
      if (clock.monotonicMs() >= longestMs) this.#worksUntilMs = clock.monotonicMs() + WORK_MS;
    }
  }

  #failed(error: unknown): Meaning & { kind: "unknown" } {
    this.#failure = { why: causeOf(error), atMs: this.#options.clock.monotonicMs() };
    this.#tell();
    return this.#unknown();
  }

  #isPutOff(): boolean {
    return this.#options.loadsWhenQuiet === true && this.#ready === undefined;
  }

  #isPaused(): boolean {
    return this.#failure !== undefined && this.#options.clock.monotonicMs() - this.#failure.atMs < PAUSE_MS;
  }

  #isBuilding(): boolean {
    const missing = this.#missing.size;
    return missing > FEW_MISSING && missing > SHARE_MISSING * (missing + this.#options.rows.size);
  }

  #unknown(): Meaning & { kind: "unknown" } {
    const { done = 0, total = 1, state, message } = this.#status();
    const percent = Math.floor((100 * done) / total);
    const why = state === "building" ? `The index is being rebuilt (${percent}%).` : "The embedder is being loaded.";
    return { kind: "unknown", why: message ?? why };
  }

  #status(): EmbedderStatus {
    const { embedder, rows } = this.#options;
    const model = { model: embedder.id, dimension: embedder.dimension };
    if (this.#failure) return { state: "failed", ...model, message: this.#failure.why };
    if (!this.#isReady) return { state: "loading", ...model };
    const missing = this.#missing.size;
    this.#isFilling = missing > 0 && (this.#isFilling || this.#isBuilding());
    if (!this.#isFilling) return { state: "ready", ...model };
    return { state: "building", ...model, done: rows.size, total: rows.size + missing };
  }

  /** While it is built, at each percent. */
  #tell(): void {
    const status = this.#status();
    const { state, message, done = 0, total = 1 } = status;
    const told = `${state} ${message} ${Math.floor((100 * done) / total)}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#options.onStatus(status);
  }
}

const CROWDED = "Too many questions were asked at once: words alone were compared.";

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}
