/** How well lists of results answer queries. Shares from 0 to 1. */
export interface Quality {
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly mrr: number;
}

const DEPTHS = [1, 5, 10, 20] as const;
type Depth = (typeof DEPTHS)[number];

/** Collects, query by query, where the wanted results stand. */
export class QualityMeter {
  readonly #recalls = new Map<Depth, number[]>(DEPTHS.map((depth) => [depth, []]));
  readonly #reciprocal: number[] = [];
  readonly #gains: number[] = [];

  /** `ranked` is best first. */
  add(ranked: readonly string[], wanted: ReadonlySet<string>): void {
    for (const [depth, recalls] of this.#recalls) recalls.push(recall(ranked.slice(0, depth), wanted));
    const first = ranked.findIndex((result) => wanted.has(result));
    this.#reciprocal.push(first < 0 ? 0 : 1 / (first + 1));
    this.#gains.push(ndcg(ranked.slice(0, 10), wanted));
  }

  get quality(): Quality {
    return { recallAt5: this.recallAt[5], recallAt10: this.recallAt[10], mrr: mean(this.#reciprocal) };
  }

  /** The share of the wanted that is among so many. */
  get recallAt(): Readonly<Record<Depth, number>> {
    const at = (depth: Depth) => mean(this.#recalls.get(depth) ?? []);
    return { 1: at(1), 5: at(5), 10: at(10), 20: at(20) };
  }

  /** Normalised discounted cumulative gain of the first ten, with a result wanted or not (Järvelin and Kekäläinen, 2002). */
  get ndcgAt10(): number {
    return mean(this.#gains);
  }
}

function recall(ranked: readonly string[], wanted: ReadonlySet<string>): number {
  return ranked.filter((result) => wanted.has(result)).length / wanted.size;
}

function ndcg(ranked: readonly string[], wanted: ReadonlySet<string>): number {
  const gain = (place: number) => 1 / Math.log2(place + 2);
  const found = ranked.reduce((sum, result, place) => sum + (wanted.has(result) ? gain(place) : 0), 0);
  const ideal = Array.from({ length: Math.min(10, wanted.size) }, (_, place) => gain(place));
  return found / ideal.reduce((sum, value) => sum + value, 0);
}

/** To four digits; 0 of nothing. */
function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10_000) / 10_000;
}
