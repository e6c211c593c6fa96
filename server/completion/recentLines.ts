import type { Place } from "./place.ts";

const MOST = 40;

/** The lines that were typed lately, each as it stood when the cursor left it. */
export class RecentLines {
  #lines: string[] = [];
  #at: { uri: string; before: number; line: string } | undefined;

  get newestFirst(): readonly string[] {
    return this.#lines;
  }

  typed({ uri, prefix, line, rest }: Place): void {
    const before = prefix.length - line.length;
    const left = this.#at;
    if (left !== undefined && (left.uri !== uri || left.before !== before) && left.line.length >= 8) {
      this.#lines = [left.line, ...this.#lines.filter((known) => known !== left.line)].slice(0, MOST);
    }
    this.#at = { uri, before, line: (line + rest).trim() };
  }
}
