import type { EmbedderConfiguration } from "../../llm/embedder.ts";
import { createEmbedder } from "../../llm/embedders.ts";
import type { EmbedderStatus } from "../../protocol/memory.ts";
import type { FileSystem } from "../../store/fileSystem.ts";
import type { SavedPlace } from "../../store/savedPlace.ts";
import type { Clock } from "../../util/clock.ts";
import { causeOf } from "../../util/errors.ts";
import { statementOf } from "../recall/questions.ts";
import { RecallIndex } from "../recall/recallIndex.ts";
import type { RecallItem, RecallQuery } from "../recall/recallItem.ts";
import { VectorIndex } from "../vectorIndex.ts";
import { Embedding } from "./embedding.ts";
import { HeldItems } from "./heldItems.ts";
import { Keeping } from "./keeping.ts";
import type { Change, Recalled } from "./memoryMessages.ts";
import { hashOf } from "./pieces.ts";
import { SavedItems } from "./savedItems.ts";
import { SealedFolder } from "./sealedFolder.ts";
import { VectorRows } from "./vectorRows.ts";

export interface IndexedMemoryOptions {
  /** Absent: it is kept nowhere. */
  readonly place?: SavedPlace | undefined;
  readonly embedder: EmbedderConfiguration;
  readonly modelFolder: string;
  /** Somebody waits for an answer already: the embedder is loaded after it. */
  readonly isHurried?: boolean;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly onStatus: (status: EmbedderStatus) => void;
  /** Changes up to that one are on the disk. */
  readonly onKept: (upTo: number) => void;
  /** Something could not be written. Nothing is lost: it is told again, or embedded again. */
  readonly onTrouble: (error: unknown) => void;
}

/** All that can be recalled, with its words and its meaning: what the worker holds. */
export class IndexedMemory {
  readonly #options: IndexedMemoryOptions;
  readonly #items = new HeldItems();
  readonly #words = new RecallIndex();
  readonly #rows = new VectorRows();
  readonly #savedItems: SavedItems | undefined;
  readonly #vectors: VectorIndex | undefined;
  readonly #keeping: Keeping | undefined;
  #embedding: Embedding | undefined;
  /** Whose vectors stand in the rows. */
  #embedder: string | undefined;
  /** Why there is none. */
  #withoutMeaning = "";
  #lastChange = 0;

  constructor(options: IndexedMemoryOptions) {
    const { place, fs, clock, onTrouble } = options;
    this.#options = options;
    if (place === undefined) return;
    this.#savedItems = new SavedItems(new SealedFolder(fs, place, "memory items"), this.#items);
    this.#vectors = new VectorIndex(new SealedFolder(fs, place, "memory vectors"), this.#rows);
    this.#keeping = new Keeping([this.#savedItems, this.#vectors], clock, onTrouble);
  }

  /** Takes in what was kept. Before that resolves, nothing may be asked. */
  async start(): Promise<void> {
    await this.#savedItems?.load();
    this.#words.add([...this.#items.all()]);
    await this.configure(this.#options.embedder);
  }

  /** Done at once: what is asked next knows of it. */
  change(id: number, change: Change): void {
    this.#embedding?.disturbed();
    const { added, removed } = this.#items.apply(change);
    this.#words.remove(removed);
    this.#words.add(added);
    for (const one of removed) this.#rows.remove(one);
    this.#embedding?.want(added.map((item) => item.id));
    this.#lastChange = id;
    this.#keepSoon();
  }

  known(): ReadonlyMap<string, string> {
    return this.#items.marks();
  }

  async recall(query: RecallQuery): Promise<Recalled> {
    this.#embedding?.disturbed();
    const why = this.#withoutMeaning;
    const meaning = (await this.#embedding?.meaningOf(statementOf(query.text))) ?? { kind: "unknown", why };
    const ranked = this.#words.search(query, meaning.kind === "known" ? meaning.likeness : undefined);
    const episodes = this.texts(ranked.map(({ id }) => id)).filter(({ kind }) => kind === "episode");
    return { ranked, episodes, lexicalOnly: meaning.kind === "unknown" ? meaning.why : undefined };
  }

  /** Those that are known, in their order. */
  texts(ids: readonly string[]): RecallItem[] {
    return ids.flatMap((id) => this.#items.get(id) ?? []);
  }

  get episodes(): number {
    let count = 0;
    for (const { kind } of this.#items.all()) if (kind === "episode") count++;
    return count;
  }

  async flush(): Promise<void> {
    const upTo = this.#lastChange;
    if (await this.#keeping?.now()) this.#options.onKept(upTo);
  }

  async purge(): Promise<void> {
    const upTo = this.#lastChange;
    if (this.#keeping === undefined) return;
    await this.#keeping.purge();
    this.#options.onKept(upTo);
  }

  /** Another embedder from now on. The vectors of the last are of no use to it. */
  async configure(configuration: EmbedderConfiguration): Promise<void> {
    const { clock, modelFolder, isHurried, onStatus } = this.#options;
    await this.#embedding?.stop();
    this.#embedding = undefined;
    try {
      const embedder = createEmbedder(configuration, { clock, modelFolder });
      if (embedder === undefined) return this.#off({ state: "off", message: OFF });
      if (embedder.id !== this.#embedder) this.#rows.clear();
      this.#embedder = embedder.id;
      this.#embedding = new Embedding({
        embedder,
        rows: this.#rows,
        ids: () => [...this.#items.all()].map(({ id }) => id),
        textOf: (id) => this.#items.get(id)?.text,
        load: (embedder, dimension) => this.#load(embedder, dimension),
        ...(isHurried && { loadsWhenQuiet: true }),
        clock,
        onStatus,
        onVectors: () => this.#keepSoon(),
      });
      this.#embedding.want([]);
    } catch (error) {
      this.#off({ state: "failed", message: causeOf(error) });
    }
  }

  async #load(embedder: string, dimension: number): Promise<void> {
    const isWanted = (id: string, hash: string) => {
      const text = this.#items.get(id)?.text;
      return text !== undefined && hashOf(text) === hash;
    };
    await this.#vectors?.load({ embedder, dimension }, isWanted);
    if (this.#rows.dimension !== dimension) this.#rows.clear();
  }

  #off(status: EmbedderStatus & { readonly message: string }): void {
    this.#withoutMeaning = status.message;
    this.#options.onStatus(status);
  }

  #keepSoon(): void {
    this.#keeping?.soon(() => void this.flush());
  }
}

const OFF = "No embedder is chosen: words alone are compared.";
