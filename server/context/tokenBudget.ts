/** Something that could go into the prompt. */
export interface Candidate {
  readonly cost: Cost;
  /** 0..1: how much it is worth having. */
  readonly value: number;
  /** Candidates of one group share a ceiling. */
  readonly group: string;
}

/** Tokens; or how to count them, which is only done for what may get in: of ten thousand candidates a few dozen do. */
export type Cost = number | { readonly length: number; readonly count: () => number };

export interface Fit<C extends Candidate> {
  /** In the order given. */
  readonly chosen: readonly { readonly candidate: C; readonly tokens: number }[];
  /** The most valuable first; `tokens` is an estimate where nothing was counted. */
  readonly left: readonly { readonly candidate: C; readonly tokens: number; readonly why: "budget" | "ceiling" }[];
  /** How many more than those. */
  readonly leftMore: number;
}

/** A token of o200k seldom stands for more characters than this: what would not fit even so is not counted. */
const MOST_CHARACTERS_PER_TOKEN = 6;
const USUAL_CHARACTERS_PER_TOKEN = 4;
/** After so many of a group that were counted in vain its room counts as full: only what is known to fit still gets in. */
const COUNTED_IN_VAIN = 16;

/**
 * Chooses what goes in: the most valuable first, ties in the order given, each taken if it fits into what is left of the
 * budget and of its group's ceiling (tokens). The sum of the chosen never exceeds `budgetTokens`. Of
 * those that are left out the first `mostLeft` are told.
 */
export function fit<C extends Candidate>(
  candidates: readonly C[],
  budgetTokens: number,
  ceilings: Readonly<Record<string, number>>,
  mostLeft: number = Number.POSITIVE_INFINITY,
): Fit<C> {
  const taken = new Map<number, number>();
  const left: { candidate: C; tokens: number; why: "budget" | "ceiling" }[] = [];
  const usedByGroup = new Map<string, number>();
  const inVain = new Map<string, number>();
  let used = 0;
  let leftMore = 0;
  for (const index of byValue(candidates)) {
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    const { cost, group } = candidate;
    const groupUsed = usedByGroup.get(group) ?? 0;
    const underCeiling = (ceilings[group] ?? Number.POSITIVE_INFINITY) - groupUsed;
    const inBudget = budgetTokens - used;
    const isCounted =
      typeof cost === "number" ||
      ((inVain.get(group) ?? 0) < COUNTED_IN_VAIN && least(cost) <= Math.min(underCeiling, inBudget));
    const tokens = typeof cost === "number" ? cost : isCounted ? cost.count() : usual(cost);
    if (isCounted && tokens <= underCeiling && tokens <= inBudget) {
      taken.set(index, tokens);
      used += tokens;
      usedByGroup.set(group, groupUsed + tokens);
      continue;
    }
    if (isCounted && typeof cost !== "number") inVain.set(group, (inVain.get(group) ?? 0) + 1);
    if (left.length >= mostLeft) leftMore++;
    else left.push({ candidate, tokens, why: tokens > underCeiling && underCeiling < inBudget ? "ceiling" : "budget" });
  }
  const inOrder = [...taken].sort(([a], [b]) => a - b);
  return {
    chosen: inOrder.flatMap(([index, tokens]) => {
      const candidate = candidates[index];
      return candidate === undefined ? [] : { candidate, tokens };
    }),
    left,
    leftMore,
  };
}

/** Their indexes, the most valuable first. In buckets first: of ten thousand that takes a fraction of the time of sorting them. */
function* byValue(candidates: readonly Candidate[]): Generator<number> {
  const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
  for (const [index, { value }] of candidates.entries()) {
    buckets[Math.min(BUCKETS - 1, Math.max(0, Math.floor((1 - value) * BUCKETS)))]?.push(index);
  }
  const worth = (index: number) => candidates[index]?.value ?? 0;
  for (const bucket of buckets) yield* bucket.sort((a, b) => worth(b) - worth(a) || a - b);
}

const BUCKETS = 1024;

function least({ length }: { readonly length: number }): number {
  return length / MOST_CHARACTERS_PER_TOKEN;
}

function usual({ length }: { readonly length: number }): number {
  return Math.ceil(length / USUAL_CHARACTERS_PER_TOKEN);
}
