import type { Step } from "../server/protocol/events.ts";
import type { Turn } from "../server/protocol/transcript.ts";

/** A piece of an answer as it is shown: words, or the steps that were taken before the next words. */
export type AnswerPart =
  | { readonly kind: "text"; readonly text: string; readonly isLast: boolean }
  | { readonly kind: "steps"; readonly steps: readonly Step[] };

/** An answer's words and steps in the order in which they came. */
export function answerParts({ text, steps = [] }: Pick<Turn, "text" | "steps">): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let from = 0;
  for (const group of groupsOf(steps)) {
    const offset = group[0]?.offset ?? 0;
    parts.push(...textPart(text.slice(from, offset)), { kind: "steps", steps: group });
    from = Math.max(from, offset);
  }
  parts.push(...textPart(text.slice(from)));
  return parts.map((part, index) => (part.kind === "text" ? { ...part, isLast: index === parts.length - 1 } : part));
}

/** "3 steps: a.ts, b.ts and 2 more", the folded line. */
export function stepsLine(steps: readonly Step[]): string {
  const names = [...new Set(steps.map(shortLabel))];
  const shown = names.slice(0, NAMED).join(", ");
  const more = names.length - NAMED;
  const count = steps.length === 1 ? "1 step" : `${steps.length} steps`;
  return `${count}: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

/** "1.2 s"; nothing for what took no time worth telling. */
export function duration(ms: number | undefined): string {
  return ms === undefined || ms < 1000 ? "" : `${(ms / 1000).toFixed(1)} s`;
}

const NAMED = 3;

/** The file's name where a file was looked at, else what was done. */
function shortLabel({ label, location }: Step): string {
  return location?.path.split(/[\\/]/).at(-1) ?? label;
}

function textPart(text: string): AnswerPart[] {
  return text.trim() === "" ? [] : [{ kind: "text", text, isLast: false }];
}

/** Steps between which nothing was said. */
function groupsOf(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    if (group?.[0]?.offset === step.offset) group.push(step);
    else groups.push([step]);
  }
  return groups;
}
