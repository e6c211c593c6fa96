import { extname } from "node:path/posix";
import type { NamedPlace } from "./findings.ts";
import type { Token } from "./tokens.ts";

const SCRIPT = /^\.[cm]?[jt]sx?$/;
const EXPORTED =
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|var|function\*?|class|enum|namespace)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;
const EXPORTED_LATER = /^export\s*\{([^}]*)\}\s*;?\s*$/;
const PYTHON = /^(?:async\s+)?(?:def|class)\s+([\p{L}][\p{L}\p{N}_]*)/u;

/** What a file offers to others: exports of JavaScript and TypeScript but for types, public definitions at the top of Python. */
export function exportsOf(label: string, text: string): Omit<NamedPlace, "label">[] {
  const ending = extname(label).toLowerCase();
  const isScript = SCRIPT.test(ending);
  if (!isScript && ending !== ".py") return [];
  return text.split("\n").flatMap((line, index) => {
    const names = isScript ? scriptNames(line) : [PYTHON.exec(line)?.[1]];
    return names.flatMap((name) => (name === undefined ? [] : [{ line: index + 1, name }]));
  });
}

/** What one file offers and no other names. A name that stands in a string or a comment is not seen as used. */
export class Exports {
  readonly #offered: NamedPlace[] = [];
  /** By word, how many files it stands in; two are as many as more. */
  readonly #files = new Map<string, number>();

  add(label: string, text: string, tokens: readonly Token[]): void {
    for (const place of exportsOf(label, text)) this.#offered.push({ label, ...place });
    for (const word of new Set(tokens.map((token) => token.text))) {
      this.#files.set(word, Math.min(2, (this.#files.get(word) ?? 0) + 1));
    }
  }

  unused(): NamedPlace[] {
    return this.#offered.filter(({ name, label }) => (this.#files.get(name) ?? 0) < 2 && !isEntry(label));
  }
}

function scriptNames(line: string): (string | undefined)[] {
  const later = EXPORTED_LATER.exec(line)?.[1];
  if (later === undefined) return [EXPORTED.exec(line)?.[1]];
  return later.split(",").map(
    (one) =>
      one
        .trim()
        .split(/\s+as\s+/)
        .at(-1)
        ?.replace(/^type\s+/, "") || undefined,
  );
}

/** What is called from outside: by a tool, a framework, or who installs the package. */
function isEntry(label: string): boolean {
  return /(^|\/)(?:index|main|mod|extension|cli|setup|conftest|__init__|__main__|[\w.-]+\.config)\.[^/]+$|\.d\.ts$|(?:^|\/)(?:bin|pages|app|routes|migrations|fixtures)\//.test(
    label,
  );
}
