import { effect, signal, untracked } from "@preact/signals";
import type { ConversationHit } from "../server/protocol/requests.ts";
import type { Host } from "./host.ts";

export interface SearchResult {
  readonly query: string;
  readonly hits: readonly ConversationHit[];
  /** How many conversations there are. */
  readonly conversations: number;
}

/** The search over all conversations: what is asked, and the last answer. A new query cancels the one before it. */
export class ConversationSearch {
  readonly query = signal("");
  /** Undefined before the first answer, and without a query. */
  readonly result = signal<SearchResult | undefined>(undefined);
  readonly alert = signal<string | undefined>(undefined);
  readonly searching = signal(false);
  readonly #host: Host;
  #running: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
    effect(() => {
      const query = this.query.value.trim();
      untracked(() => this.#ask(query));
    });
  }

  /** The conversations have changed. */
  refresh(): void {
    this.#ask(this.query.value.trim());
  }

  #ask(query: string): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
    this.searching.value = query !== "";
    if (query === "") this.result.value = undefined;
    else this.#timer = setTimeout(() => void this.#search(query), TYPING_PAUSE_MS);
  }

  async #search(query: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.alert.value = undefined;
    try {
      const result = await this.#host.call(
        "rubberduck/conversation/search",
        { query, limit: SEARCH_LIMIT },
        running.signal,
      );
      if (this.#running === running) this.result.value = { query, ...result };
    } catch (error) {
      if (this.#running === running) this.alert.value = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#running === running) this.searching.value = false;
    }
  }
}

export const SEARCH_LIMIT = 50;

/** Not every letter of a word that is typed starts a search. */
const TYPING_PAUSE_MS = 120;
