/** The names that a piece of code defines, one per definition; found by form, in any common language. */
export function definitionsIn(text: string): string[] {
  return DEFINITIONS.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? "")).filter(
    (name) => !NOT_NAMES.has(name),
  );
}

const DEFINITIONS = [
  /(?:#define|\b(?:function\s*\*?|class|interface|type|enum|struct|trait|union|record|object|protocol|module|namespace|package|def|fn|fun|sub|proc|macro_rules!|defmodule|defp?))[ \t]+(?:self\.)?([\p{L}_$][\p{L}\p{N}_$]*)/gu,
  /\bfunc[ \t]+(?:\([^()\n]{0,80}\)[ \t]*)?([\p{L}_][\p{L}\p{N}_]*)/gu,
  /^(?:export[ \t]+|pub[ \t]+)?(?:const|let|var|static|val)[ \t]+(?:mut[ \t]+)?([\p{L}_$][\p{L}\p{N}_$]*)/gmu,
  /^[ \t]+(?:(?:public|private|protected|internal|static|async|override|readonly|abstract|virtual|final|get|set|export)[ \t]+){0,5}#?([\p{L}_$][\p{L}\p{N}_$]*)(?:<[^<>\n]{0,80}>)?\([^;{}\n]{0,200}\{[ \t]*$/gmu,
];

const NOT_NAMES = new Set(
  "if for while switch catch return function with do else match super await new typeof of the in is and".split(" "),
);
