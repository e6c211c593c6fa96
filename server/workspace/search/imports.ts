import type { Corpus } from "./corpus.ts";

interface File {
  readonly document: number;
  readonly label: string;
}

/** Names of the file that stands for its folder. */
const FOLDERS_OWN = /^(__init__|index|mod|main)$/;

export interface ImportGraph<F> {
  /** Files among the speaking ones that import this file. */
  importersOf(file: F): readonly F[];
  /** Files among the speaking ones that this file imports. */
  importsOf(file: F): readonly F[];
}

/**
 * Which of the first files import which of all, judged by names alone: "./parser", "app/parser" and "app.parser" may all mean
 * app/parser.py. What lies elsewhere and is named the same is taken for it, too; it only adds a little to a score.
 */
export function importedBy<F extends File>(
  speaking: readonly F[],
  files: readonly F[],
  corpus: Corpus,
): ImportGraph<F> {
  const byModule = new Map<string, F[]>();
  for (const file of files) {
    const path = modulePath(file.label);
    push(byModule, path.at(-1) ?? "", file);
    // A folder is imported by its name.
    if (FOLDERS_OWN.test(path.at(-1) ?? "")) push(byModule, path.at(-2) ?? "", file);
  }
  const importers = new Map<F, F[]>();
  const imports = new Map<F, F[]>();
  const isSpeaking = new Set(speaking);
  for (const file of files) {
    for (const target of targets(file, byModule, corpus)) {
      if (isSpeaking.has(file)) push(importers, target, file);
      if (isSpeaking.has(target)) push(imports, file, target);
    }
  }
  return { importersOf: (file) => importers.get(file) ?? [], importsOf: (file) => imports.get(file) ?? [] };
}

function targets<F extends File>(file: F, byModule: ReadonlyMap<string, readonly F[]>, corpus: Corpus): ReadonlySet<F> {
  const found = new Set<F>();
  for (const specifier of corpus.importsOf(file.document)) {
    const wanted = specifierPath(specifier);
    for (const other of byModule.get(wanted.at(-1) ?? "") ?? [])
      if (other !== file && endsAlike(modulePath(other.label), wanted)) found.add(other);
  }
  return found;
}

/** The last two steps must agree where both have two. */
function endsAlike(path: readonly string[], wanted: readonly string[]): boolean {
  const whole = FOLDERS_OWN.test(path.at(-1) ?? "") ? path.slice(0, -1) : path;
  return [path, whole].some((end) => {
    const before = wanted.at(-2);
    return end.at(-1) === wanted.at(-1) && (before === undefined || end.at(-2) === undefined || end.at(-2) === before);
  });
}

function modulePath(label: string): string[] {
  return label.replace(/\.[^./]*$/, "").split("/");
}

function specifierPath(specifier: string): string[] {
  return specifier
    .trim()
    .replace(/[{(,].*$/s, "")
    .replace(/\.(?:[cm]?[jt]sx?|vue|svelte|py|h|hh|hpp|s?css|less|rb|php|lua)$/, "")
    .split(/[\\/:]+|(?<![./])\.(?![./])/)
    .filter((step) => !/^(?:\.*|~|@|crate|self|super)$/.test(step));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
