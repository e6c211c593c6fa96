/** What a screen reader is told while an answer streams: finished sentences, each once. */
export interface Announcement {
  readonly text: string;
  /** UTF-16 code units of the answer that have been dealt with. */
  readonly upTo: number;
}

export function finishedSentences(answer: string, from: number): Announcement {
  const rest = answer.slice(from);
  if (insideFence(answer)) return { text: "", upTo: from };
  const end = Math.max(...Array.from(rest.matchAll(/[.!?:](?=\s)|\n/g), (match) => match.index + 1), 0);
  return { text: speakable(rest.slice(0, end)), upTo: from + end };
}

/** Markdown's signs are not read out, and neither is code. */
export function speakable(markdown: string): string {
  return markdown
    .replace(/```[^\n]*\n[\s\S]*?(```|$)/g, " Code. ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]*(#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, "")
    .replace(/[*_`~|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function insideFence(answer: string): boolean {
  return (answer.match(/^ {0,3}```/gm)?.length ?? 0) % 2 === 1;
}
