import type { EditorDiagnostic } from "../protocol/editor.ts";
import type { MemoryKind, RecallParams, RecallResult } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { Place } from "./place.ts";

/** What is known beside a place, the most useful first. */
export interface Known {
  /** Code elsewhere that is about the same. */
  readonly neighbours: readonly { readonly label: string; readonly text: string }[];
  /** How this person wants code, and what they turned down. */
  readonly remembered: readonly string[];
  readonly problems: readonly EditorDiagnostic[];
}

export interface KnowledgeOptions {
  readonly code: CodeSearch;
  readonly recall: (params: RecallParams, signal: AbortSignal) => Promise<RecallResult>;
  /** Absent where there is no editor. */
  readonly diagnostics?: (path: string, signal: AbortSignal) => Promise<readonly EditorDiagnostic[]>;
  readonly label: (path: string) => string;
  readonly clock: Clock;
}

const NOTHING: Known = { neighbours: [], remembered: [], problems: [] };
const KINDS: readonly MemoryKind[] = ["convention", "correction", "preference", "decision"];
const MOST_REMEMBERED = 5;
const MOST_NEIGHBOURS = 3;
const MOST_NEIGHBOUR_CHARACTERS = 1200;
const DEADLINE_MS = 1500;
const FRESH_MS = 30_000;
const KEPT_FILES = 20;

/** What is known of the files that somebody writes in. It is fetched in the background: a keystroke takes what is there. */
export class Knowledge {
  readonly #options: KnowledgeOptions;
  readonly #files = new Map<string, { known: Known; atMs: number }>();
  #fetching = false;
  /** How often: what was fetched before may hold what is forgotten now. */
  #forgotten = 0;

  constructor(options: KnowledgeOptions) {
    this.#options = options;
  }

  /** What is known now; anew, a little later, when that is old. */
  at(place: Place): Known {
    const key = place.uri;
    const held = this.#files.get(key);
    const { clock } = this.#options;
    if (!this.#fetching && (held === undefined || clock.monotonicMs() - held.atMs > FRESH_MS)) {
      this.#fetching = true;
      const since = this.#forgotten;
      void this.#fetch(place).then((known) => {
        this.#fetching = false;
        if (since !== this.#forgotten) return;
        this.#files.delete(key);
        this.#files.set(key, { known, atMs: clock.monotonicMs() });
        for (const old of [...this.#files.keys()].slice(0, -KEPT_FILES)) this.#files.delete(old);
      });
    }
    return held?.known ?? NOTHING;
  }

  /** What is remembered, or the code, changed. */
  forget(): void {
    this.#forgotten++;
    this.#files.clear();
  }

  async #fetch(place: Place): Promise<Known> {
    const { code, recall, diagnostics, label, clock } = this.#options;
    const { path } = place;
    const late = new AbortController();
    const cancel = clock.after(DEADLINE_MS, () => late.abort(new Error("It took too long.")));
    const { signal } = late;
    const around = place.prefix.slice(-400);
    const near = path === undefined ? [] : [label(path)];
    try {
      const [hits, recalled, problems] = await Promise.all([
        orNothing(code.search(around, { limit: MOST_NEIGHBOURS + 1, signal, ...(path && { near: [path] }) }), signal),
        orNothing(
          recall(
            {
              query: `${near.join(" ")} ${place.language} ${around.slice(-200)}`,
              ...{ queryType: "completion", limit: MOST_REMEMBERED, kinds: KINDS, near },
            },
            signal,
          ).then(({ hits }) => hits),
          signal,
        ),
        path === undefined || diagnostics === undefined ? [] : orNothing(diagnostics(path, signal), signal),
      ]);
      return {
        neighbours: hits
          .filter((hit) => hit.path !== path)
          .slice(0, MOST_NEIGHBOURS)
          .map((hit) => ({ label: hit.label, text: hit.text.slice(0, MOST_NEIGHBOUR_CHARACTERS) })),
        remembered: recalled.map(({ text }) => text),
        problems: problems.filter(({ severity }) => severity === "error").slice(0, 3),
      };
    } finally {
      cancel();
    }
  }
}

/** Nobody waits beyond the deadline, whether or not who was asked heeds the signal. */
function orNothing<T>(asked: Promise<readonly T[]>, signal: AbortSignal): Promise<readonly T[]> {
  const late = new Promise<readonly T[]>((resolve) => {
    if (signal.aborted) resolve([]);
    signal.addEventListener("abort", () => resolve([]), { once: true });
  });
  return Promise.race([asked.catch(() => []), late]);
}
