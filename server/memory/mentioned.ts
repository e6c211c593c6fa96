/** What a message names: files, symbols, errors, commands. Found by how they are written; whether they exist is not asked. */

/** Of a text only so much is looked at. */
const LOOKED_AT = 20_000;
const MAX_NAME_LENGTH = 200;

/** Paths, and names of files with an ending that is known for one; without the line that stands behind them. */
export function filesIn(text: string): string[] {
  const names = words(text).map((word) => word.replace(/(:\d+)+(-\d+)?$/, "").replace(/^\.\//, ""));
  return [...new Set(names.filter(isFile))];
}

/** Identifiers: with a capital inside, an underscore or a call's parentheses, or between backquotes. */
export function symbolsIn(text: string): string[] {
  const looked = text.slice(0, LOOKED_AT);
  const quoted = [...looked.matchAll(/`([^`\s]{1,200})`/g)].map(([, inside = ""]) => inside);
  const symbols = [...quoted.filter((name) => SYMBOL.test(name)), ...words(looked).filter(isSymbolByItself)]
    .filter((name) => !isFile(name))
    .map((name) => name.replace(/\(\)$/, ""));
  return [...new Set(symbols)].filter((name) => name.length > 2 && !isError(name) && !NO_SYMBOL.has(name));
}

/** What went wrong, without what differs from time to time: "TypeError: x is not a function", "TS2345", "ENOENT". */
export function errorsIn(text: string): string[] {
  const looked = text.slice(0, LOOKED_AT);
  const messages = [...looked.matchAll(/\b([A-Z]\w{0,60}(?:Error|Exception)): ([^\n]{3,120})/g)];
  const codes = looked.match(CODE) ?? [];
  const steadied = messages.map(([, name = "", message = ""]) => `${name}: ${steady(message)}`);
  return [...new Set([...steadied, ...codes])];
}

/** Commands of a shell, between backquotes or behind a prompt, without what they are done to: "npm test", "git rebase". */
export function commandsIn(text: string): string[] {
  const written = text.slice(0, LOOKED_AT).matchAll(/`([^`\n]{2,200})`|^[ \t]*[$>] ([^\n]{2,200})$/gm);
  const commands = [...written].map(([, quoted, typed]) => (quoted ?? typed ?? "").trim().split(/\s+/));
  return commands.filter(([tool = ""]) => TOOLS.has(tool)).map(gist);
}

const SYMBOL = /^#?[A-Za-z_$][\w$]*(?:(?:\.|#|::)[A-Za-z_$][\w$]*)*(?:\(\))?$/;
const CODE =
  /\b(?:TS\d{4,5}|ERR_[A-Z_]{3,40}|E0\d{3}|E(?:NOENT|ACCES|PERM|EXIST|NOTDIR|ISDIR|NOTEMPTY|MFILE|NOSPC|ADDRINUSE|CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|PIPE|BUSY|LOOP|INVAL|AI_AGAIN))\b/g;
const ENDINGS: ReadonlySet<string> = new Set(
  "ts tsx mts cts js jsx mjs cjs json jsonc py pyi rb rs go java kt kts scala c h cc cpp hpp cs fs swift m php pl lua r jl dart ex exs erl hs ml clj sh bash zsh ps1 bat sql graphql proto html htm css scss sass less vue svelte astro md mdx rst txt yml yaml toml ini cfg conf env lock xml csv tsv gradle cmake tf ipynb".split(
    " ",
  ),
);
const NO_SYMBOL: ReadonlySet<string> = new Set(
  "JavaScript TypeScript GitHub GitLab PostgreSQL MongoDB OpenAI RubberDuck LaTeX YouTube".split(" "),
);
const TOOLS: ReadonlySet<string> = new Set(
  "npm npx pnpm yarn node deno bun tsc git gh cargo rustc go python python3 pip pytest uv poetry make cmake ninja docker podman kubectl helm terraform mvn gradle dotnet ruby bundle rake rails php composer swift jest vitest eslint prettier biome ruff mypy black curl psql".split(
    " ",
  ),
);

/** As they stand between blanks, quotes and brackets, without addresses and the stop that ends a sentence. */
function words(text: string): string[] {
  const found = text.slice(0, LOOKED_AT).match(/[^\s"'`,;<>{}=|]+/g) ?? [];
  return found
    .filter((word) => word.length <= MAX_NAME_LENGTH && !word.includes("://"))
    .map((word) => word.replace(/^[([]+/, "").replace(/[.:!?]+$/, ""))
    .map((word) => (word.includes("(") ? word : word.replace(/\)+$/, "")).replace(/[.:!?]+$/, ""));
}

function isFile(name: string): boolean {
  const ending = name.match(/^[\w@./[\]-]*[\w\])]\.([A-Za-z][A-Za-z0-9]{0,9})$/)?.[1];
  return ending !== undefined && (name.includes("/") ? !name.includes("//") : ENDINGS.has(ending));
}

function isSymbolByItself(word: string): boolean {
  if (!SYMBOL.test(word)) return false;
  return word.endsWith("()") || /[a-z][A-Z]|[A-Za-z]_[A-Za-z]/.test(word);
}

function isError(name: string): boolean {
  return /(Error|Exception)$/.test(name) || name.match(CODE)?.[0] === name;
}

/** Numbers, quoted words and paths differ from time to time. */
function steady(message: string): string {
  return message
    .replace(/(["'`]).*?\1/g, "…")
    .replace(/(?:[A-Za-z]:)?(?:[\\/][\w@.-]+){2,}/g, "…")
    .replace(/\b(0x[0-9a-f]+|\d+)\b/gi, "#")
    .trim();
}

/** The tool, and what it is to do. */
function gist([tool = "", ...rest]: readonly string[]): string {
  const verbs = rest.filter((word) => /^[a-z][\w:-]*$/i.test(word));
  const isRun = ["run", "exec", "compose"].includes(verbs[0] ?? "");
  return [tool, ...verbs.slice(0, isRun ? 2 : 1)].join(" ");
}
