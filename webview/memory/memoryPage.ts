import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type {
  Memory,
  MemoryKind,
  MemoryListParams,
  MemoryOverview,
  MemoryTestResult,
  Pattern,
  RecallHit,
} from "../../server/protocol/memory.ts";
import { MEMORY_KINDS } from "../../server/protocol/memory.ts";
import type { Host } from "../host.ts";
import { Inbox } from "./inbox.ts";
import type { Memories } from "./memories.ts";
import { PAGE, PagedMemories } from "./pagedMemories.ts";

/** The page of all that is remembered: what is looked for, what was found, and what can be done with all of it. */
export class MemoryPage {
  readonly query = signal("");
  readonly kind = signal<MemoryKind | undefined>(undefined);
  readonly onlyPinned = signal(false);
  readonly onlyStale = signal(false);
  /** Shows what was remembered at this moment (ISO 8601), which cannot be changed. */
  readonly at = signal<string | undefined>(undefined);
  /** The strip in which a moment is chosen is there. */
  readonly choosesMoment = signal(false);
  readonly isFiltered = computed(
    () => this.isSearch.value || this.kind.value !== undefined || this.onlyPinned.value || this.onlyStale.value,
  );
  readonly isSearch = computed(() => this.query.value.trim() !== "");
  readonly overview = signal<MemoryOverview | undefined>(undefined);
  readonly patterns = signal<readonly Pattern[]>([]);
  /** Ids of what is forgotten and can be brought back. */
  readonly forgotten = signal<readonly string[]>([]);
  readonly inbox: Inbox;
  readonly list: PagedMemories;
  /** Of what a search found, how well it matches. */
  readonly hits = signal<ReadonlyMap<string, RecallHit>>(new Map());
  /** What a memory that is written by hand begins with; undefined while none is. */
  readonly writing = signal<string | undefined>(undefined);
  /** What tidying has done, until it is closed. */
  readonly note = signal<string | undefined>(undefined);
  /** By id, as they were at the moment that is shown. */
  readonly past = signal<ReadonlyMap<string, Memory>>(new Map());
  /** undefined: not asked for. "running": on its way. */
  readonly test = signal<MemoryTestResult | "running" | undefined>(undefined);
  readonly isTidying = signal(false);
  /** What is listed is not what was asked for last. */
  readonly isFinding = signal(true);
  readonly alert = signal<string | undefined>(undefined);
  readonly spoken = signal("");
  readonly #host: Host;
  readonly #memories: Memories;
  #isShown = false;
  #findings = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, memories: Memories) {
    this.#host = host;
    this.#memories = memories;
    this.inbox = new Inbox(host);
    this.list = new PagedMemories(async (params) => {
      const page = await host.call("rubberduck/memory/list", params);
      if (params.at === undefined) memories.learn(page.memories);
      else this.past.value = new Map([...this.past.peek(), ...page.memories.map((one) => [one.id, one] as const)]);
      return page;
    });
    effect(() => {
      void this.query.value;
      untracked(() => this.#findSoon());
    });
    effect(() => {
      void [this.kind.value, this.onlyPinned.value, this.onlyStale.value, this.at.value];
      untracked(() => {
        this.past.value = new Map();
        void this.#find();
      });
    });
    effect(() => {
      const changes = memories.changes.value;
      untracked(() => {
        for (const [id, change] of changes) this.#keep(id, change.kind === "corrected" ? change.by : id);
      });
    });
  }

  /** Shows everything, or what matches, as it is now. */
  async open(query = ""): Promise<void> {
    this.#isShown = true;
    batch(() => {
      this.query.value = query;
      this.kind.value = undefined;
      this.onlyPinned.value = false;
      this.onlyStale.value = false;
      this.at.value = undefined;
      this.choosesMoment.value = false;
      this.writing.value = undefined;
      this.test.value = undefined;
      this.note.value = undefined;
    });
    await Promise.all([this.#find(), this.#look(true)]);
  }

  close(): void {
    this.#isShown = false;
    clearTimeout(this.#timer);
  }

  /** Somebody changed something. */
  onChanged(): void {
    if (!this.#isShown) return;
    void this.#look(false);
    void this.try(() => this.list.refresh());
  }

  /** These rows are in view, by their places. */
  async need(rows: readonly number[]): Promise<void> {
    await this.try(() => this.list.need(rows));
  }

  async remember(text: string): Promise<boolean> {
    return this.try(async () => {
      const { memory, outcome } = await this.#host.call("rubberduck/memory/remember", { text });
      this.#memories.learn([memory]);
      this.writing.value = undefined;
      this.spoken.value = outcome === "known" ? "That was remembered already" : "Remembered";
      await Promise.all([this.#look(false), this.list.refresh()]);
    });
  }

  async undo(): Promise<void> {
    await this.try(async () => {
      const { undone } = await this.#host.call("rubberduck/memory/undo", {});
      this.spoken.value = `Undone: ${undone}`;
      this.#memories.onChanged();
      await Promise.all([this.#look(true), this.list.refresh()]);
    });
  }

  async tidy(): Promise<void> {
    this.isTidying.value = true;
    await this.try(async () => {
      const { merged, superseded, expired, stale, promoted } = await this.#host.call(
        "rubberduck/memory/consolidate",
        {},
      );
      const done = [
        [merged, "merged"],
        [superseded, "superseded"],
        [expired, "expired"],
        [stale, "stale"],
        [promoted, "taken into long-term memory"],
      ] as const;
      const said = done.flatMap(([many, what]) => (many > 0 ? `${many} ${what}` : [])).join(", ");
      this.note.value = said === "" ? "Tidied. There was nothing to do." : `Tidied: ${said}.`;
      this.spoken.value = this.note.value;
      await Promise.all([this.#look(false), this.list.refresh()]);
    });
    this.isTidying.value = false;
  }

  async testRecall(): Promise<void> {
    this.test.value = "running";
    const worked = await this.try(async () => {
      this.test.value = await this.#host.call("rubberduck/memory/test", {});
    });
    if (!worked) this.test.value = undefined;
  }

  /** Answers whether it worked; if not, the alert says why. */
  async try(work: () => Promise<void>): Promise<boolean> {
    this.alert.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.alert.value = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  /** What was corrected stands where the old one stood, and has its focus. */
  #keep(id: string, now: string): void {
    this.list.keep(id, now);
    const { focus } = this.#memories;
    const wanted = focus.peek();
    if (now !== id && wanted?.id === id && wanted.place === "page") focus.value = { id: now, place: "page" };
  }

  async #look(afresh: boolean): Promise<void> {
    await this.try(async () => {
      const [overview, { patterns }] = await Promise.all([
        this.#host.call("rubberduck/memory/overview", {}),
        this.#host.call("rubberduck/memory/patterns", {}),
        this.inbox.load(afresh),
      ]);
      const forgotten = overview.counts.forgotten === 0 ? [] : await this.#onTheWayOut();
      batch(() => {
        this.overview.value = overview;
        this.patterns.value = patterns;
        this.forgotten.value = forgotten;
      });
    });
  }

  /** What is forgotten and has its words still, the newest first. */
  async #onTheWayOut(): Promise<readonly string[]> {
    const params = { statuses: ["forgotten"], limit: MOST_FORGOTTEN } as const;
    const { memories } = await this.#host.call("rubberduck/memory/list", params);
    const undoable = memories.filter(({ text, finalAt }) => text !== "" && finalAt !== undefined);
    const ids = new Set(undoable.map(({ id }) => id));
    // What stood in its place before goes and comes back with it.
    const last = undoable.filter(({ supersededBy }) => supersededBy === undefined || !ids.has(supersededBy));
    this.#memories.learn(last);
    return last.map(({ id }) => id);
  }

  /** Not every letter of a word that is typed starts a search. */
  #findSoon(): void {
    clearTimeout(this.#timer);
    if (this.isSearch.peek()) this.#timer = setTimeout(() => void this.#find(), TYPING_PAUSE_MS);
    else void this.#find();
  }

  async #find(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isShown) return;
    const finding = ++this.#findings;
    this.isFinding.value = true;
    await this.try(async () => {
      const query = this.query.peek().trim();
      const [, hits] = await Promise.all([this.list.open(this.#params(query)), this.#recall(query)]);
      if (finding === this.#findings) this.hits.value = hits;
    });
    if (finding === this.#findings) this.isFinding.value = false;
  }

  #params(query: string): MemoryListParams {
    const kind = this.kind.peek();
    const at = this.at.peek();
    const stale: MemoryListParams["statuses"] = ["stale"];
    const all: MemoryListParams["statuses"] = query === "" ? ["active", "stale"] : ["active", "stale", "superseded"];
    return {
      ...(query !== "" && { query }),
      statuses: this.onlyStale.peek() ? stale : all,
      ...(kind && { kinds: [kind] }),
      ...(this.onlyPinned.peek() && { pinned: true }),
      ...(at !== undefined && { at }),
    };
  }

  /** How well each matches, and by what. */
  async #recall(query: string): Promise<ReadonlyMap<string, RecallHit>> {
    if (query === "") return new Map();
    const kind = this.kind.peek();
    const at = this.at.peek();
    const { hits } = await this.#host.call("rubberduck/memory/recall", {
      query,
      queryType: "search",
      limit: PAGE,
      kinds: kind ? [kind] : MEMORY_KINDS,
      ...(at !== undefined && { at }),
    });
    return new Map(hits.map((hit) => [hit.id, hit]));
  }
}

/** More than anybody forgets in ten minutes. */
const MOST_FORGOTTEN = 100;
const TYPING_PAUSE_MS = 120;
