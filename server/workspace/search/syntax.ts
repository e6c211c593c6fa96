/** How a language looks, as far as search needs to know: found by a file's name, told by form alone. */
export interface Syntax {
  /** Matches the next thing that counts. Group 1: a word of the code. Group 2: a comment. Neither: a string, or a line's end. */
  readonly token: RegExp;
  /** What counts in a comment or string: a word, or a line's end. */
  readonly inner: RegExp;
  /** Sticky, tried where a line begins: its groups are the names that the line defines. */
  readonly definition: RegExp | undefined;
  /** Sticky, tried where a line begins: its groups are what an import names. */
  readonly imports: RegExp | undefined;
}

/** The syntax of a file. `isAscii` takes expressions that run twice as fast and serve most files. */
export function syntaxOf(label: string, isAscii: boolean): Syntax {
  const name = label.slice(label.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  const family = FAMILY_OF.get(dot < 0 ? name : name.slice(dot + 1)) ?? "text";
  return (isAscii ? ASCII_SYNTAX : UNICODE_SYNTAX)[family];
}

type Family = "c" | "script" | "style" | "hash" | "python" | "dash" | "text";

const EXTENSIONS: Record<Exclude<Family, "text">, string> = {
  c: "c h cc cpp cxx hh hpp hxx m mm cs java kt kts go rs swift scala groovy dart php proto zig d v sol glsl hlsl cu",
  script: "ts tsx mts cts js jsx mjs cjs vue svelte astro",
  style: "css scss sass less styl",
  hash: "rb sh bash zsh fish pl pm t r jl yaml yml toml ini cfg conf mk cmake dockerfile makefile gemfile rakefile ex exs nim tf hcl ps1 coffee",
  python: "py pyi pyx pxd",
  dash: "sql lua hs elm adb ads",
};

const FAMILY_OF: ReadonlyMap<string, Family> = new Map(
  (Object.keys(EXTENSIONS) as Exclude<Family, "text">[]).flatMap((family) =>
    EXTENSIONS[family].split(" ").map((extension) => [extension, family] as const),
  ),
);

const LINE_STRINGS = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
const SLASHES = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;
/** Comments and strings of each family. A comment that is never closed goes to the end. */
const FORMS: Record<Family, { readonly comment: string | undefined; readonly strings: string | undefined }> = {
  c: { comment: SLASHES, strings: LINE_STRINGS },
  script: { comment: `${SLASHES}|<!--[\\s\\S]*?(?:-->|$)`, strings: `${LINE_STRINGS}|\`(?:[^\`\\\\]|\\\\[\\s\\S])*\`` },
  style: { comment: SLASHES, strings: LINE_STRINGS },
  hash: { comment: "#[^\\n]*", strings: LINE_STRINGS },
  python: { comment: String.raw`"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|#[^\n]*`, strings: LINE_STRINGS },
  dash: { comment: String.raw`--[^\n]*|\{-[\s\S]*?(?:-\}|$)`, strings: LINE_STRINGS },
  text: { comment: undefined, strings: undefined },
};

const MODIFIERS =
  "(?:(?:export|default|declare|public|private|protected|internal|static|abstract|async|final|sealed|override|virtual|open|data|inline|unsafe|extern|const|pub(?:\\([a-z]+\\))?|readonly|get|set|partial|suspend)[ \\t]+)*";
const KEYWORDS =
  "(?:function\\*?|class|interface|type|enum|struct|trait|union|record|object|protocol|module|namespace|package|def|fn|fun|sub|proc|macro_rules!|defmodule|defp|mod|impl)";

/** One expression per way to write a definition; the first that matches gives the name. */
function definitions(family: Family, name: string): string | undefined {
  const keyword = `[ \\t]*${MODIFIERS}${KEYWORDS}[ \\t]+(?:self\\.)?(${name})`;
  switch (family) {
    case "python":
      return `[ \\t]*(?:async[ \\t]+)?(?:def|class)[ \\t]+(${name})|([A-Z_][A-Z0-9_]{2,})[ \\t]*=`;
    case "script": {
      const variable = `(?:export[ \\t]+)?(?:const|let|var)[ \\t]+(${name})`;
      const method = `[ \\t]+(?:(?:public|private|protected|static|async|override|readonly|abstract|get|set)[ \\t]+){0,4}[#*]?(${name})(?:<[^<>\\n]{0,80}>)?\\([^;{}\\n]{0,200}\\)?[^;{}\\n]{0,80}\\{[ \\t]*$`;
      return [keyword, variable, method].join("|");
    }
    case "c": {
      const go = `func[ \\t]+\\([^()\\n]{0,80}\\)[ \\t]*(${name})|func[ \\t]+(${name})`;
      const macro = `#[ \\t]*define[ \\t]+(${name})`;
      // A function whose result type stands on the same line or the line before: "static int name(", "name(".
      const plain = `(?!else|return|if|for|while|switch|case)(?:[A-Za-z_][\\w:<>,*& \\t]{0,120}?[ \\t*&:])?(${name})[ \\t]*\\((?![^\\n]*;[ \\t]*$)`;
      const method = `[ \\t]+(?:(?:public|private|protected|internal|static|async|override|abstract|virtual|final|synchronized)[ \\t]+){1,5}[\\w<>,.\\[\\]? \\t]{0,80}?(${name})[ \\t]*\\(`;
      return [go, macro, keyword, method, plain].join("|");
    }
    case "hash":
    case "dash":
      return `${keyword}|(${name})[ \\t]*\\(\\)[ \\t]*\\{`;
    case "style":
      return `[.#]([A-Za-z_][\\w-]*)`;
    case "text":
      return undefined;
  }
}

const SPECIFIER = "[\"'<]([^\"'<>\\n]{1,200})[\"'>]";
const IMPORTS: Record<Family, string | undefined> = {
  c: `[ \\t]*#[ \\t]*(?:include|import)[ \\t]*${SPECIFIER}|(?:import|using|use|mod)[ \\t]+(?:static[ \\t]+)?["(]?([\\w.:\\\\/{}, -]+)|\\t(?:[\\w.]+[ \\t]+)?"([\\w.\\/-]+)"$|[ \\t]*(?:require|include)(?:_once)?[^"'\\n]{0,60}${SPECIFIER}`,
  script: `[ \\t]*(?:import|export)\\b[^"'\\n;]*?(?:from[ \\t]*)?${SPECIFIER}|\\}[ \\t]*from[ \\t]*${SPECIFIER}|[^\\n"']{0,120}?\\brequire\\(${SPECIFIER}`,
  style: `@(?:import|use)[^"'\\n]{0,40}${SPECIFIER}`,
  hash: `(?:use|require|require_relative|source|load)[ \\t]+["']?([\\w:\\/.-]+)`,
  python: `[ \\t]*from[ \\t]+([\\w.]+)[ \\t]+(?:c?import)\\b|[ \\t]*c?import[ \\t]+([\\w.]+)`,
  dash: `import[ \\t]+(?:qualified[ \\t]+)?([\\w.]+)|[^\\n"']{0,60}?\\brequire[ \\t(]*${SPECIFIER}`,
  text: undefined,
};

function syntaxes(isAscii: boolean): Record<Family, Syntax> {
  const letters = isAscii ? "A-Za-z0-9_$" : "\\p{L}\\p{M}\\p{N}_$";
  const joined = isAscii
    ? "[A-Za-z0-9]+(?:[_$-]+[A-Za-z0-9]+)*"
    : "[\\p{L}\\p{M}\\p{N}]+(?:[_$-]+[\\p{L}\\p{M}\\p{N}]+)*";
  const unicode = isAscii ? "" : "u";
  const name = isAscii ? "[A-Za-z_$][A-Za-z0-9_$]*" : "[\\p{L}_$][\\p{L}\\p{M}\\p{N}_$]*";
  const ofFamily = (family: Family): Syntax => {
    const { comment, strings } = FORMS[family];
    const word = comment === undefined || family === "style" ? joined : `[${letters}]+`;
    const forms = [...(comment ? [`(${comment})`] : ["(?!)()"]), ...(strings ? [strings] : []), "\\n"];
    const definition = definitions(family, name);
    const imports = IMPORTS[family];
    return {
      token: new RegExp([`(${word})`, ...forms].join("|"), `g${unicode}`),
      inner: new RegExp(`${joined}|\\n`, `g${unicode}`),
      definition: definition === undefined ? undefined : new RegExp(definition, `my${unicode}`),
      imports: imports === undefined ? undefined : new RegExp(imports, "my"),
    };
  };
  const families = [...(Object.keys(EXTENSIONS) as Family[]), "text" as const];
  return Object.fromEntries(families.map((family) => [family, ofFamily(family)])) as Record<Family, Syntax>;
}

const ASCII_SYNTAX = syntaxes(true);
const UNICODE_SYNTAX = syntaxes(false);
