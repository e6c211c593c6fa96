import type { EditorDiagnostic } from "../protocol/editor.ts";
import type { EditorKnowledge } from "../tools/editorKnowledge.ts";
import { sourceLink } from "../util/markdown.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { FileList } from "../workspace/fileList.ts";
import type { FileReader } from "../workspace/fileReader.ts";
import { symbolsIn } from "../workspace/symbols.ts";
import { isTestOf } from "./findings.ts";
import type { Target } from "./target.ts";

export interface SurroundingsSources {
  readonly files: FileReader;
  readonly fileList: FileList;
  readonly code: CodeSearch;
  /** Absent where there is no editor. */
  readonly editor?: EditorKnowledge | undefined;
}

/** Names that are looked for; what comes first in the target counts. */
const MAX_NAMES = 5;
const HITS_PER_NAME = 10;

/** What stands around a target, without a model: who uses it, what tests it, what the editor says of it. */
export class Surroundings {
  readonly #sources: SurroundingsSources;

  constructor(sources: SurroundingsSources) {
    this.#sources = sources;
  }

  /** Labels of other files in which a definition of the target is named. */
  async uses({ place }: Target, signal: AbortSignal): Promise<string[]> {
    const names = symbolsIn(place.text, 1).map(({ name }) => name);
    const found = await Promise.all(names.slice(0, MAX_NAMES).map((name) => this.#named(name, signal)));
    return [...new Set(found.flat().flatMap(({ path, label }) => (path === place.path ? [] : [label])))];
  }

  /** Labels of the files that test the target's file, by their names. */
  async tests({ label }: Target): Promise<string[]> {
    const { files } = await this.#sources.fileList.list();
    return files.flatMap((file) => (isTestOf(file.label, label) ? [file.label] : []));
  }

  async textsOf(labels: readonly string[]): Promise<string[]> {
    return Promise.all(labels.map(async (label) => (await this.#sources.files.read(label)).text));
  }

  /** Errors and warnings of the editor in the target's lines; undefined where no editor can say. */
  async problems({ place }: Target, signal: AbortSignal): Promise<readonly EditorDiagnostic[] | undefined> {
    const found = await this.#sources.editor?.diagnostics(place.path, signal).catch(() => undefined);
    signal.throwIfAborted();
    return found?.filter(({ path, line, severity }) => {
      const isWithin = place.kind === "file" || (place.startLine <= line && line <= place.endLine);
      return path === place.path && isWithin && (severity === "error" || severity === "warning");
    });
  }

  /** Places that hold what is asked for, as links. */
  async alike(query: string, signal: AbortSignal): Promise<string[]> {
    const hits = await this.#sources.code.search(query, { limit: HITS_PER_NAME, signal });
    return [...new Set(hits.map(({ label, startLine }) => sourceLink(label, startLine)))];
  }

  async #named(name: string, signal: AbortSignal) {
    const hits = await this.#sources.code.search(name, { limit: HITS_PER_NAME, signal });
    const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replaceAll("$", "\\$")}(?![\\p{L}\\p{N}_$])`, "u");
    return hits.filter(({ text }) => word.test(text));
  }
}

/** "- [src/a.ts:3](…): error: Cannot find name 'x'." */
export function problemLine(label: string, { line, severity, message, source }: EditorDiagnostic): string {
  const by = source === undefined ? "" : ` (${source})`;
  return `- ${sourceLink(label, line)}: ${severity}: ${message.split("\n", 1)[0]}${by}`;
}

export function firstLineOf({ place }: Target): number {
  return place.kind === "file" ? 1 : place.startLine;
}

/** A list with a heading, or what is said when it is empty. */
export function listed(heading: string, rows: readonly string[], none: string): string {
  const shown = rows.slice(0, MAX_ROWS);
  const more = rows.length > MAX_ROWS ? [`- and ${rows.length - MAX_ROWS} more`] : [];
  return rows.length === 0 ? none : [heading, "", ...shown, ...more].join("\n");
}

const MAX_ROWS = 30;
