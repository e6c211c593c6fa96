export interface Definition {
  /** The word that defines it: "class", "def"; "function" for an arrow; "method" for what only its form tells. */
  readonly kind: string;
  readonly name: string;
  readonly line: number;
}

/** What a piece of code defines, at most one per line; found by form, in any common language. */
export function definitionsIn(text: string, firstLine = 1): Definition[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const found = definitionIn(line);
    return found === undefined ? [] : [{ ...found, line: firstLine + index }];
  });
}

/** Longer lines were not written by hand. */
const MAX_LINE = 1000;

function definitionIn(line: string): { kind: string; name: string } | undefined {
  if (line.length > MAX_LINE) return undefined;
  for (const { pattern, kind: fixed } of FORMS) {
    const { kind = fixed, name } = pattern.exec(line)?.groups ?? {};
    if (kind !== undefined && name !== undefined && !NOT_NAMES.has(name)) return { kind, name };
  }
  return undefined;
}

const FORMS: readonly { readonly pattern: RegExp; readonly kind?: string }[] = [
  {
    // "export default async function read", "pub(crate) struct Index", "func (s *Server) Serve", "exports.x = class X".
    pattern:
      /^\s*(?:[\w$.]{1,80}[ \t]*=[ \t]*)?(?:(?:export|default|declare|public|private|protected|internal|static|abstract|async|final|sealed|partial|data|inline|const|open|override|local|typedef|extern|unsafe|pub(?:\([a-z]+\))?)[ \t]+){0,8}(?<kind>#define|(?:function|class|interface|type|enum|struct|trait|impl|union|record|object|protocol|module|namespace|package|def|fn|func|fun|sub|proc|macro_rules!|defmodule|defp))(?:[ \t]*\*[ \t]*|[ \t]+)(?:\([^()]{0,80}\)[ \t]*)?(?:self\.)?(?<name>[\p{L}_$][\p{L}\p{N}_$]*)/u,
  },
  {
    pattern:
      /^\s*(?:export\s+)?const\s+(?<name>[\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^)]*\)|[\w$]+)\s*(?::[^=]+)?=>/u,
    kind: "function",
  },
  {
    pattern:
      /^(?:export[ \t]+|pub[ \t]+)?(?<kind>const|let|var|static|val)[ \t]+(?:mut[ \t]+)?(?<name>[\p{L}_$][\p{L}\p{N}_$]*)/u,
  },
  {
    pattern:
      /^[ \t]+(?:(?:public|private|protected|internal|static|async|override|readonly|abstract|virtual|final|get|set|export)[ \t]+){0,5}#?(?<name>[\p{L}_$][\p{L}\p{N}_$]*)(?:<[^<>]{0,80}>)?\([^;{}]{0,200}\{[ \t]*$/u,
    kind: "method",
  },
];

const NOT_NAMES = new Set(
  "if for while switch catch return function with do else match super await new typeof of the in is and".split(" "),
);
