/** What an argument names to work on, and what else it says. */
export interface NamedTarget {
  /** A path, or the name of a definition; absent when the argument begins with neither. */
  readonly name?: string;
  /** Written with @, or with brackets behind it: it is a name for sure. */
  readonly isExplicit: boolean;
  /** From 1, both inclusive: "src/a.ts:40-62". */
  readonly lines?: { readonly startLine: number; readonly endLine: number };
  /** The rest of the argument; all of it when nothing is named. */
  readonly wish: string;
}

/** Only the first word can name something: "src/a.ts without the cache", "@parse", "parse()", "my.ts:4-9". */
export function namedTarget(argument: string): NamedTarget {
  const [, at = "", quoted, bare, rest = ""] = /^(@?)(?:"([^"]+)"|(\S+))\s*([\s\S]*)$/.exec(argument.trim()) ?? [];
  const word = quoted ?? bare?.replace(/[,;]+$/, "");
  if (word === undefined) return { isExplicit: false, wish: "" };
  const [, path = word, from, to = from] = /^(.+?)[:#]L?(\d{1,7})(?:-L?(\d{1,7}))?$/.exec(word) ?? [];
  const name = path.replace(/\(\)$/, "");
  const isExplicit = at !== "" || quoted !== undefined || name !== path || from !== undefined;
  const lines = [Number(from), Number(to)].sort((a, b) => a - b);
  const [startLine = 1, endLine = 1] = lines;
  return { name, isExplicit, ...(from !== undefined && { lines: { startLine, endLine } }), wish: rest.trim() };
}

export function isPathLike(name: string): boolean {
  return /[/\\]|\.\w+$/.test(name) && !/^\.+$/.test(name);
}

/** Written as only names in code are: "readAll", "read_all", "Parser2". */
export function isCodeName(name: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && /[\p{Ll}\p{N}][\p{Lu}]|_|\p{N}|\$/u.test(name);
}
