/** What a language's name after a code fence stands for. */
export interface Language {
  /** VS Code's language id. */
  readonly id: string;
  readonly label: string;
  /** Name in highlight.js; absent where it is not coloured. */
  readonly grammar?: string;
}

/** By any of its names, in lower case. An unknown one is shown as it is written. */
export function languageOf(name: string): Language {
  const known = BY_NAME.get(name.toLowerCase());
  if (known !== undefined) return known;
  return /^[\w+#.-]{1,30}$/.test(name) ? { id: name.toLowerCase(), label: name } : { id: "plaintext", label: "Text" };
}

const LANGUAGES: readonly (Language & { readonly names: string })[] = [
  { id: "typescript", label: "TypeScript", grammar: "typescript", names: "ts mts cts typescript" },
  { id: "typescriptreact", label: "TSX", grammar: "typescript", names: "tsx typescriptreact" },
  { id: "javascript", label: "JavaScript", grammar: "javascript", names: "js mjs cjs node javascript" },
  { id: "javascriptreact", label: "JSX", grammar: "javascript", names: "jsx javascriptreact" },
  { id: "python", label: "Python", grammar: "python", names: "py python python3" },
  { id: "java", label: "Java", grammar: "java", names: "java" },
  { id: "go", label: "Go", grammar: "go", names: "go golang" },
  { id: "rust", label: "Rust", grammar: "rust", names: "rs rust" },
  { id: "c", label: "C", grammar: "c", names: "c h" },
  { id: "cpp", label: "C++", grammar: "cpp", names: "cpp c++ cc cxx hpp" },
  { id: "csharp", label: "C#", grammar: "csharp", names: "cs c# csharp" },
  { id: "ruby", label: "Ruby", grammar: "ruby", names: "rb ruby" },
  { id: "php", label: "PHP", grammar: "php", names: "php" },
  { id: "json", label: "JSON", grammar: "json", names: "json jsonc json5" },
  { id: "yaml", label: "YAML", grammar: "yaml", names: "yaml yml" },
  { id: "shellscript", label: "Shell", grammar: "bash", names: "sh bash zsh shell shellscript console" },
  { id: "html", label: "HTML", grammar: "xml", names: "html htm vue svelte" },
  { id: "xml", label: "XML", grammar: "xml", names: "xml svg" },
  { id: "css", label: "CSS", grammar: "css", names: "css scss less" },
  { id: "sql", label: "SQL", grammar: "sql", names: "sql" },
  { id: "markdown", label: "Markdown", grammar: "markdown", names: "md markdown" },
  { id: "diff", label: "Diff", grammar: "diff", names: "diff patch" },
  { id: "plaintext", label: "Text", names: "txt text plaintext plain" },
];

const BY_NAME = new Map<string, Language>(
  LANGUAGES.flatMap(({ names, ...language }) => names.split(" ").map((name) => [name, language] as const)),
);
