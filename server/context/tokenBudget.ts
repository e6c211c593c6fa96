/** Something that could go into the prompt. */
export interface Candidate {
  readonly tokens: number;
  /** 0..1: how much it is worth having. */
  readonly value: number;
  /** Candidates of one group share a ceiling. */
  readonly group: string;
}

export interface Fit<C extends Candidate> {
  /** In the order given. */
  readonly chosen: readonly C[];
  readonly left: readonly { readonly candidate: C; readonly why: "budget" | "ceiling" }[];
}

/**
 * Chooses what goes in: the most valuable first, ties in the order given, each taken if it fits into what is left of the
 * budget and of its group's ceiling (tokens). The sum of the chosen never exceeds `budgetTokens`.
 */
export function fit<C extends Candidate>(
  candidates: readonly C[],
  budgetTokens: number,
  ceilings: Readonly<Record<string, number>>,
): Fit<C> {
  const chosen = new Set<C>();
  const left: { candidate: C; why: "budget" | "ceiling" }[] = [];
  const usedByGroup = new Map<string, number>();
  let used = 0;
  for (const candidate of [...candidates].sort((a, b) => b.value - a.value)) {
    const groupUsed = usedByGroup.get(candidate.group) ?? 0;
    const ceiling = ceilings[candidate.group] ?? Number.POSITIVE_INFINITY;
    if (groupUsed + candidate.tokens > ceiling) left.push({ candidate, why: "ceiling" });
    else if (used + candidate.tokens > budgetTokens) left.push({ candidate, why: "budget" });
    else {
      chosen.add(candidate);
      used += candidate.tokens;
      usedByGroup.set(candidate.group, groupUsed + candidate.tokens);
    }
  }
  return { chosen: candidates.filter((candidate) => chosen.has(candidate)), left };
}
