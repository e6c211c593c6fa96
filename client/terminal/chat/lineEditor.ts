/** What stands in the box, and where the caret is (UTF-16). Pure. */
export interface Line {
  readonly draft: string;
  readonly caret: number;
}

export type Motion = "left" | "right" | "wordLeft" | "wordRight" | "lineStart" | "lineEnd" | "up" | "down";
export type Deletion = "left" | "right" | "wordLeft" | "toLineStart" | "toLineEnd";

export const EMPTY_LINE: Line = { draft: "", caret: 0 };

export function inserted({ draft, caret }: Line, text: string): Line {
  return { draft: draft.slice(0, caret) + text + draft.slice(caret), caret: caret + text.length };
}

export function moved(line: Line, motion: Motion): Line {
  return { ...line, caret: target(line, motion) };
}

export function deleted(line: Line, deletion: Deletion): Line {
  const { draft, caret } = line;
  const [from, to] = [caret, deletionEnd(line, deletion)].sort((a, b) => a - b) as [number, number];
  return { draft: draft.slice(0, from) + draft.slice(to), caret: from };
}

/** Whether the caret could go on in that direction: else the key means something else. */
export function isOnFirstLine({ draft, caret }: Line): boolean {
  return !draft.slice(0, caret).includes("\n");
}

export function isOnLastLine({ draft, caret }: Line): boolean {
  return !draft.slice(caret).includes("\n");
}

function deletionEnd(line: Line, deletion: Deletion): number {
  switch (deletion) {
    case "toLineStart":
      return target(line, "lineStart");
    case "toLineEnd":
      return target(line, "lineEnd");
    default:
      return target(line, deletion);
  }
}

function target({ draft, caret }: Line, motion: Motion): number {
  const start = draft.lastIndexOf("\n", caret - 1) + 1;
  const nextBreak = draft.indexOf("\n", caret);
  const end = nextBreak < 0 ? draft.length : nextBreak;
  switch (motion) {
    case "left":
      return caret - lengthOfLast(draft.slice(0, caret));
    case "right":
      return caret + lengthOfFirst(draft.slice(caret));
    case "wordLeft":
      return draft.slice(0, caret).replace(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, "").length;
    case "wordRight":
      return caret + (/^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u.exec(draft.slice(caret))?.[0].length ?? 0);
    case "lineStart":
      return start;
    case "lineEnd":
      return end;
    case "up": {
      if (start === 0) return 0;
      const above = draft.lastIndexOf("\n", start - 2) + 1;
      return Math.min(above + (caret - start), start - 1);
    }
    case "down": {
      if (end === draft.length) return end;
      const below = draft.indexOf("\n", end + 1);
      return Math.min(end + 1 + (caret - start), below < 0 ? draft.length : below);
    }
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A sign as a person sees it may be many code units. */
function lengthOfLast(text: string): number {
  return [...graphemes.segment(text.slice(-LONGEST))].at(-1)?.segment.length ?? 0;
}

function lengthOfFirst(text: string): number {
  for (const { segment } of graphemes.segment(text.slice(0, LONGEST))) return segment.length;
  return 0;
}

const LONGEST = 64;
