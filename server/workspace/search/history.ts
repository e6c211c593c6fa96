import { parseQuery, type Query } from "./query.ts";

/** A commit that was made. */
export interface PastCommit {
  readonly subject: string;
  /** What it changed, from the folder that is indexed. */
  readonly paths: readonly string[];
}

/** What a file's history says of it, each 0..1. */
export interface Past {
  /** How alike the query is to what was said when the file was changed. */
  readonly told: number;
  /** How lately it was changed: 1 in the newest commit, 0.37 a hundred commits ago. */
  readonly recency: number;
}

/** The commits of a repository, as a memory of which files belong to which words. */
export class CommitHistory {
  readonly #commits: readonly { readonly terms: ReadonlySet<string>; readonly paths: readonly string[] }[];
  readonly #frequency = new Map<string, number>();
  readonly #recency = new Map<string, number>();

  /** Newest first. */
  constructor(commits: readonly PastCommit[]) {
    const telling = commits.filter(({ paths }) => paths.length <= MAX_FILES);
    this.#commits = telling.map(({ subject, paths }) => {
      const terms = new Set(parseQuery(subject).terms.map(({ term }) => term));
      for (const term of terms) this.#frequency.set(term, (this.#frequency.get(term) ?? 0) + 1);
      return { terms, paths };
    });
    for (const [age, { paths }] of telling.entries())
      for (const path of paths) if (!this.#recency.has(path)) this.#recency.set(path, Math.exp(-age / RECENT_COMMITS));
  }

  /**
   * By file: the root of the sum, over its commits, of the squared likeness of subject and query, divided by the number of
   * files that the commit changed (memory.md, "Code retrieval").
   */
  of(query: Query): ReadonlyMap<string, Past> {
    const sums = new Map<string, number>();
    const all = query.terms.reduce((sum, { term, weight }) => sum + weight * this.#idf(term), 0) || 1;
    for (const { terms, paths } of this.#commits) {
      const shared = query.terms.reduce(
        (sum, { term, weight }) => sum + (terms.has(term) ? weight * this.#idf(term) : 0),
        0,
      );
      if (shared === 0) continue;
      const likeness = shared / all;
      for (const path of paths) sums.set(path, (sums.get(path) ?? 0) + likeness ** 2 / paths.length);
    }
    const past = new Map<string, Past>();
    for (const [path, recency] of this.#recency)
      past.set(path, { told: Math.min(1, Math.sqrt(sums.get(path) ?? 0)), recency });
    return past;
  }

  #idf(term: string): number {
    return Math.log(1 + (this.#commits.length + 1) / ((this.#frequency.get(term) ?? 0) + 0.5));
  }
}

/** A commit that changed more says nothing of any of them. */
const MAX_FILES = 30;
const RECENT_COMMITS = 100;
