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
  readonly #commits: readonly PastCommit[];
  /** Commits by the terms of their subjects. */
  readonly #byTerm = new Map<string, number[]>();
  readonly #recency = new Map<string, number>();

  /** Newest first. */
  constructor(commits: readonly PastCommit[]) {
    this.#commits = commits.filter(({ paths }) => paths.length <= MAX_FILES);
    for (const [age, { subject, paths }] of this.#commits.entries()) {
      for (const { term } of parseQuery(subject).terms) {
        const known = this.#byTerm.get(term);
        if (known === undefined) this.#byTerm.set(term, [age]);
        else known.push(age);
      }
      for (const path of paths) if (!this.#recency.has(path)) this.#recency.set(path, Math.exp(-age / RECENT_COMMITS));
    }
  }

  /**
   * Told: the root of the sum, over a file's commits, of the squared likeness of subject and query, divided by the number of
   * files that the commit changed (docs/search.md).
   */
  of(query: Query): (label: string) => Past {
    const shared = new Map<number, number>();
    let all = 0;
    for (const { term, weight } of query.terms) {
      const commits = this.#byTerm.get(term) ?? [];
      const gain = weight * Math.log(1 + (this.#commits.length + 1) / (commits.length + 0.5));
      all += gain;
      for (const commit of commits) shared.set(commit, (shared.get(commit) ?? 0) + gain);
    }
    const sums = new Map<string, number>();
    for (const [commit, gain] of shared) {
      const paths = this.#commits[commit]?.paths ?? [];
      for (const path of paths) sums.set(path, (sums.get(path) ?? 0) + (gain / all) ** 2 / paths.length);
    }
    return (label) => ({ told: Math.min(1, Math.sqrt(sums.get(label) ?? 0)), recency: this.#recency.get(label) ?? 0 });
  }
}

/** A commit that changed more says nothing of any of them. */
const MAX_FILES = 30;
const RECENT_COMMITS = 100;
