/** A Markdown file in two: what stands between its first lines of dashes, and its text. */
export interface FrontMatter {
  /** Absent when the file does not begin with `---`, or nothing closes it. */
  readonly lines?: readonly string[];
  readonly text: string;
  /** The line of the file that the text begins with, from 1. */
  readonly startLine: number;
}

const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)??---[ \t]*(?:\r?\n|$)/;

/** Cuts the front matter off. What it says is read by whoever knows its keys: it is too little of YAML for a library. */
export function splitFrontMatter(source: string): FrontMatter {
  const match = FRONT_MATTER.exec(source);
  const [whole = "", matter = ""] = match ?? [];
  const text = source.slice(whole.length).replace(/^\uFEFF/, "");
  return { text, startLine: whole.split("\n").length, ...(match && { lines: matter.split(/\r?\n/) }) };
}
