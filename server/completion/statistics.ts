import type { CompletionStatistics } from "../protocol/completions.ts";

const MOST_LATENCIES = 200;

/** What became of suggestions: in memory only. */
export class Tally {
  #counts = {
    shown: 0,
    accepted: 0,
    acceptedCharacters: 0,
    retainedCharacters: 0,
    judgedCharacters: 0,
    requests: 0,
    cancelled: 0,
    cached: 0,
  };
  #latencies: number[] = [];

  add(what: keyof Tally["counts"], by = 1): void {
    this.#counts[what] += by;
  }

  answered(latencyMs: number): void {
    this.#latencies = [...this.#latencies, latencyMs].slice(-MOST_LATENCIES);
  }

  get counts() {
    return { ...this.#counts };
  }

  get statistics(): CompletionStatistics {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
    return { ...this.#counts, ...(sorted.length > 0 && { latencyP50Ms: at(0.5), latencyP95Ms: at(0.95) }) };
  }
}

/** How many characters of an accepted text still stand in a document: all, or those of its lines that do. */
export function retainedIn(document: string, accepted: string): number {
  if (document.includes(accepted)) return accepted.length;
  const lines = accepted.split("\n").filter((line) => line.trim() !== "");
  return lines.reduce((sum, line) => sum + (document.includes(line) ? line.length : 0), 0);
}
