/** What lies between the longest common beginning and the longest common end, as offsets; never inside a CRLF. Pure. */
export function changedPart(old: string, next: string): { start: number; oldEnd: number; newEnd: number } {
  const most = Math.min(old.length, next.length);
  let start = 0;
  while (start < most && old[start] === next[start]) start++;
  if (old[start - 1] === "\r") start--;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  if (end > 0 && old[old.length - end] === "\n") end--;
  return { start, oldEnd: old.length - end, newEnd: next.length - end };
}

/** An editor gives all lines of a file the same end, so that it would write more than what was changed. */
export function hasMixedLineEnds(text: string): boolean {
  return new Set(text.match(/\r\n|\n|\r/g)).size > 1 || /\r(?!\n)/.test(text);
}

/** As an editor holds it: without the mark, which it keeps itself, and with one kind of line end. */
export function inEditor(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n|\r/g, "\n");
}
