/** A token, with numbers and strings made alike, so that code that was copied and given other values is found. */
export interface Token {
  readonly text: string;
  readonly line: number;
}

const TOKEN =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<=^|\s)#(?!include|define|if|endif|else)[^\n]*)|(?<string>"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|(?<number>\b\d[\w.]*)|(?<word>[\p{L}_$][\p{L}\p{N}_$]*)|(?<sign>[^\s\p{L}\p{N}])/gmu;

/** The tokens of any common language, without its comments. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let from = 0;
  for (const { index, groups = {}, 0: whole } of text.matchAll(TOKEN)) {
    line += newlinesIn(text, from, index);
    from = index;
    if (groups.comment === undefined) tokens.push({ text: alike(groups, whole), line });
  }
  return tokens;
}

function alike(groups: Readonly<Record<string, string | undefined>>, whole: string): string {
  if (groups.string !== undefined) return '""';
  return groups.number === undefined ? whole : "0";
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
