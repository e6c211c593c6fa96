import type { Tokenizer } from "../tokenizer.ts";

export interface Cut {
  readonly text: string;
  readonly lines: number;
  readonly cut: boolean;
}

/** A line longer than this is no code that a person wrote. */
const MAX_LINE_CHARACTERS = 100_000;

/** As many whole lines as fit. Each line is counted once, and nothing behind the last one that fits. */
export function firstLines(text: string, tokens: number, tokenizer: Tokenizer): Cut {
  let used = 0;
  let end = 0;
  let lines = 0;
  while (end <= text.length) {
    const newline = text.indexOf("\n", end);
    const next = newline === -1 ? text.length + 1 : newline + 1;
    used += next - end > MAX_LINE_CHARACTERS ? Number.POSITIVE_INFINITY : tokenizer.count(text.slice(end, next));
    if (used > tokens) break;
    end = next;
    lines++;
  }
  return { text: text.slice(0, Math.max(0, end - 1)), lines, cut: end <= text.length };
}

/** The same from the end: of what was printed or said the last counts most. */
export function lastLines(text: string, tokens: number, tokenizer: Tokenizer): Cut {
  const all = text.split("\n");
  let used = 0;
  let start = all.length;
  while (start > 0) {
    const line = all[start - 1] ?? "";
    used += line.length > MAX_LINE_CHARACTERS ? Number.POSITIVE_INFINITY : tokenizer.count(`${line}\n`);
    if (used > tokens) break;
    start--;
  }
  return { text: all.slice(start).join("\n"), lines: all.length - start, cut: start > 0 };
}
