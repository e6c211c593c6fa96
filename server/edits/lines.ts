/** A text as lines, each with what ended it, so that all of it can be put together again byte by byte. */
export interface Lines {
  /** The byte order mark, or "". */
  readonly mark: string;
  /** Without their ends. The last one is empty when the text ends with a line end, and is left out then. */
  readonly lines: readonly string[];
  /** Of each line: "\n", "\r\n", "\r", and "" for a last line without one. */
  readonly ends: readonly string[];
}

/** Letters that are composed in one way only. */
const SIMPLE = /^[\x20-\x7e]*$/;

const BYTE_ORDER_MARK = "\uFEFF";

export function linesOf(text: string): Lines {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const lines: string[] = [];
  const ends: string[] = [];
  const pattern = /\r\n|\n|\r/g;
  let start = mark.length;
  for (let match = nextEnd(pattern, text, start); match !== null; match = nextEnd(pattern, text, start)) {
    lines.push(text.slice(start, match.index));
    ends.push(match[0]);
    start = match.index + match[0].length;
  }
  if (start < text.length) {
    lines.push(text.slice(start));
    ends.push("");
  }
  return { mark, lines, ends };
}

/** What a line says, whatever it is indented by, whatever blanks follow it, however its letters are composed. */
export function bare(line: string): string {
  let start = 0;
  while (isBlank(line[start])) start++;
  let end = line.length;
  while (end > start && isBlank(line[end - 1])) end--;
  const text = line.slice(start, end);
  return SIMPLE.test(text) ? text : text.normalize("NFC");
}

/** The blanks before it. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Others, as one that does not break a line, are text: what runs may depend on them. */
function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function nextEnd(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}
