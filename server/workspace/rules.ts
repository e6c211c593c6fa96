import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckError } from "../util/errors.ts";
import { redact } from "../util/redaction.ts";
import { type FileReader, naming } from "./fileReader.ts";
import { pathInside } from "./folders.ts";
import { matchesPatterns } from "./ignore.ts";
import { parseRuleFile, type RuleFile } from "./ruleFile.ts";
import type { WorkspaceFolder, WorkspacePaths } from "./workspacePaths.ts";

/** A file with rules of the project that applies to what is asked. Its text holds no secret. */
export interface Rule {
  readonly path: string;
  readonly label: string;
  /** Why it applies, in words. */
  readonly why: string;
  readonly text: string;
  /** The line of the file that the text begins with, from 1. */
  readonly startLine: number;
}

export interface AppliedRules {
  readonly rules: readonly Rule[];
  /** Files that may not or cannot be read, with the reason. */
  readonly refused: readonly { readonly label: string; readonly why: string }[];
}

const AGENTS = "AGENTS.md";
const RULES_FOLDER = join(".rubberduck", "rules");
const MAX_RULE_FILES = 50;
/** More of one file than a quarter of any window would hold is not looked at. */
const MAX_CHARACTERS = 100_000;

/**
 * The rules of the open folders: AGENTS.md at the top and the one nearest to each file at hand, and .rubberduck/rules/*.md. They
 * are confined as all files are, looked for whenever they are asked for, and read again once they have changed. Without an
 * open folder, which is how an untrusted one counts, there are none.
 */
export class Rules {
  readonly #files: FileReader;
  readonly #paths: WorkspacePaths;
  readonly #known = new Map<string, { readonly state: string; readonly file: RuleFile }>();

  constructor(files: FileReader, paths: WorkspacePaths) {
    this.#files = files;
    this.#paths = paths;
  }

  /** @param near absolute paths of the files at hand. */
  async applying(near: readonly string[]): Promise<AppliedRules> {
    const found = await Promise.all(this.#paths.folders.map((folder) => this.#ofFolder(folder, near)));
    return { rules: found.flatMap(({ rules }) => rules), refused: found.flatMap(({ refused }) => refused) };
  }

  async #ofFolder(folder: WorkspaceFolder, near: readonly string[]): Promise<AppliedRules> {
    const inside = near.flatMap((path) => pathInside(folder.path, path) ?? []);
    const refused: { label: string; why: string }[] = [];
    const read = async (path: string): Promise<RuleFile | undefined> => {
      try {
        return await this.#read(path);
      } catch (error) {
        const told = naming(error, path, this.#paths.label(path));
        if (!(told instanceof DuckError)) throw told;
        if (told.code !== "notFound") refused.push({ label: this.#paths.label(path), why: told.message });
        return undefined;
      }
    };
    const rules = [...(await this.#agents(folder, inside, read)), ...(await this.#ruleFiles(folder, inside, read))];
    return { rules, refused };
  }

  async #agents(folder: WorkspaceFolder, inside: readonly string[], read: ReadRule): Promise<Rule[]> {
    const top = await read(join(folder.path, AGENTS));
    const nested = new Map<string, Rule>();
    for (const below of new Set(inside.map((file) => dirname(file)))) {
      for (let at = below; at !== "." && at !== ""; at = dirname(at)) {
        const path = join(folder.path, at, AGENTS);
        const file = nested.has(path) ? undefined : await read(path);
        if (file !== undefined)
          nested.set(path, this.#rule(path, file, `rules for ${this.#paths.label(dirname(path))}/`));
        if (nested.has(path)) break;
      }
    }
    const ofTop = top === undefined ? [] : [this.#rule(join(folder.path, AGENTS), top, "rules of the project")];
    return [...ofTop, ...nested.values()];
  }

  async #ruleFiles(folder: WorkspaceFolder, inside: readonly string[], read: ReadRule): Promise<Rule[]> {
    const names = await readdir(join(folder.path, RULES_FOLDER)).catch(() => []);
    const rules: Rule[] = [];
    for (const name of names
      .filter((one) => one.endsWith(".md"))
      .sort()
      .slice(0, MAX_RULE_FILES)) {
      const path = join(folder.path, RULES_FOLDER, name);
      const file = await read(path);
      if (file === undefined) continue;
      const { globs } = file;
      const match = globs && inside.find((one) => matchesPatterns(globs, one));
      if (globs === undefined) rules.push(this.#rule(path, file, "rules of the project"));
      else if (match !== undefined) rules.push(this.#rule(path, file, `rules for files like ${match}`));
    }
    return rules;
  }

  #rule(path: string, { text, startLine }: RuleFile, why: string): Rule {
    return { path, label: this.#paths.label(path), why, text, startLine };
  }

  /** Throws as the file reader does. */
  async #read(path: string): Promise<RuleFile> {
    const real = await this.#files.find(path, "file");
    const { mtimeMs, size, ino } = await stat(real);
    const state = `${real} ${ino} ${mtimeMs} ${size}`;
    const known = this.#known.get(path);
    if (known?.state === state) return known.file;
    const { text } = await this.#files.read(path);
    const file = parseRuleFile(redact(firstOf(text)).text);
    this.#known.set(path, { state, file });
    return file;
  }
}

type ReadRule = (path: string) => Promise<RuleFile | undefined>;

function firstOf(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return text.slice(0, text.lastIndexOf("\n", MAX_CHARACTERS) + 1);
}
