import { isValue, tokensOf } from "./learning/words.ts";

/** Words before the value; fewer do not say what it is the value of. */
const LEAST_BEFORE = 3;
const MOST_BEHIND = 2;

/**
 * A statement without the value that it ends in: "the staging database runs on port …". Two of the same frame with different
 * values contradict each other. Undefined where there is none, or where many values may hold at once: of what is supported, included
 * or done, and where the value is the name of one of many.
 */
export function frameOf(text: string): string | undefined {
  const tokens = tokensOf(text);
  const at = tokens.findLastIndex(isValue);
  if (at < LEAST_BEFORE || tokens.length - 1 - at > MOST_BEHIND) return undefined;
  const words = tokens.map((token) => token.toLowerCase());
  const before = words.slice(0, at);
  if (before.some((word) => ADDS.test(word)) || NAMES.test(before.at(-1) ?? "")) return undefined;
  return [...before, "…", ...words.slice(at + 1)].join(" ");
}

/** The statement adds to others of its kind. */
const ADDS =
  /^(also|too|another|additionally|both|either|support(s|ed)?|includ(e|es|ed|ing)|contain(s|ed)?|allow(s|ed)?|accept(s|ed)?|handle(s|d)?|export(s|ed)?|import(s|ed)?|have|has|had|fix(es|ed)?|add(s|ed)?|remove(s|d)?|change(s|d)?|close(s|d)?|merge(s|d)?|see|like(s|d)?|know(s|n)?|avoid(s|ed)?|never|not|don't|doesn't)$/;

/** What stands behind it says which one, not what holds of it. */
const NAMES =
  /^(issue|issues|ticket|tickets|bug|bugs|pr|mr|request|commit|revision|step|task|phase|chapter|section|test|tests|case|number|no|nr|item|line|rule|error|code)$/;
