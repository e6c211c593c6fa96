import { basename } from "node:path";
import { DuckError } from "../util/errors.ts";
import { languageOf } from "../util/languageOf.ts";
import { nearest } from "../util/nearest.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { FileList } from "../workspace/fileList.ts";
import { type FileReader, isPlace, type LoadedAttachment, type PlaceAttachment } from "../workspace/fileReader.ts";
import { symbolsIn } from "../workspace/symbols.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import type { CommandCall } from "./command.ts";
import { isCodeName, isPathLike, namedTarget } from "./targetName.ts";

/** What a command works on. */
export interface Target {
  readonly place: LoadedAttachment;
  /** Of its file. */
  readonly label: string;
  /** As one says it: "src/a.ts", "lines 3 to 9 of src/a.ts", "parse in src/a.ts". */
  readonly what: string;
  /** What the argument says besides. */
  readonly wish: string;
  /** The message brings it along already. */
  readonly isAttached: boolean;
}

export interface TargetSources {
  readonly files: FileReader;
  readonly fileList: FileList;
  readonly code: CodeSearch;
  readonly paths: WorkspacePaths;
}

/** How many definitions are looked at to find one by its name. */
const SYMBOL_HITS = 8;

/** Finds what a command's argument names, else what is selected, else the file that is open. */
export class Targets {
  readonly #sources: TargetSources;

  constructor(sources: TargetSources) {
    this.#sources = sources;
  }

  /** Throws DuckError with what to do; `command` is the name without its slash. */
  async find(call: CommandCall, command: string): Promise<Target> {
    const target = await this.findIfAny(call);
    if (target === undefined) {
      throw new DuckError(
        "invalidRequest",
        `There is nothing to work on. Open a file, select some code, or name a file: /${command} src/main.ts`,
      );
    }
    if (target.place.text.trim() !== "") return target;
    throw new DuckError(
      "invalidRequest",
      `${target.what} is empty. Name another file, or let something be written into it: /generate`,
    );
  }

  /** Undefined when nothing is named, selected or open. Throws like {@link find} for what is named and cannot be read. */
  async findIfAny(call: CommandCall): Promise<Target | undefined> {
    const places = call.turn.message.attachments.filter(isPlace);
    const named = places.filter((one) => one.kind === "symbol" || one.mentioned);
    const attached = named[0] ?? places.find(({ kind }) => kind === "selection") ?? places[0];
    const { name, isExplicit, lines, wish } = namedTarget(call.argument);
    const meant = named.find((one) => name !== undefined && isNamed(one, name));
    if (meant !== undefined && lines === undefined) return this.#target(meant, wish, true);
    const all = call.argument.trim();
    if (name === undefined) return attached && this.#target(attached, all, true);
    const isPath = isPathLike(name) || (attached === undefined && !isCodeName(name));
    if (isPath || meant !== undefined || lines !== undefined) {
      const path = meant?.path ?? (await this.#pathOf(name, { isExplicit: isExplicit || attached === undefined }));
      if (path !== undefined) return this.#target(placeAt(path, lines), wish, false);
    } else if (isExplicit || isCodeName(name) || wish === "") {
      const symbol = await this.#symbol(name, attached, isExplicit, call.signal);
      if (symbol !== undefined) return this.#target(symbol, wish, false);
      if (isExplicit) throw await this.#unknownSymbol(name, attached);
    }
    return attached && this.#target(attached, all, true);
  }

  async #target(place: PlaceAttachment, wish: string, isAttached: boolean): Promise<Target> {
    const loaded = await this.#sources.files.load(place);
    const label = this.#sources.paths.label(place.path);
    return { place: loaded, label, what: whatIs(loaded, label), wish, isAttached };
  }

  /** Undefined for a word that is more likely talk: "node.js". */
  async #pathOf(name: string, { isExplicit }: { isExplicit: boolean }): Promise<string | undefined> {
    const { files, fileList } = this.#sources;
    try {
      return await files.find(name, "file");
    } catch (error) {
      if (!(error instanceof DuckError) || error.code !== "notFound") throw error;
      const { files: all } = await fileList.list();
      const same = all.filter(({ label }) => basename(label) === name);
      if (same.length === 1) return same[0]?.path;
      const labels = all.map(({ label }) => label);
      const near = same[0]?.label ?? nearest(name, labels) ?? this.#nearestByName(name, labels);
      if (near === undefined && !isExplicit && !name.includes("/")) return undefined;
      throw near === undefined ? error : new DuckError("notFound", `There is no file ${name}. Did you mean ${near}?`);
    }
  }

  #nearestByName(name: string, labels: readonly string[]): string | undefined {
    const near = nearest(basename(name), [...new Set(labels.map((label) => basename(label)))]);
    return labels.find((label) => basename(label) === near);
  }

  async #symbol(
    name: string,
    attached: PlaceAttachment | undefined,
    isExplicit: boolean,
    signal: AbortSignal,
  ): Promise<PlaceAttachment | undefined> {
    const here = attached && (await this.#symbolsOf(attached)).find((one) => one.name === name);
    if (attached && here) return { ...here, kind: "symbol", path: attached.path, language: attached.language };
    if (!isExplicit && !isCodeName(name)) return undefined;
    for (const { path } of await this.#sources.code.search(name, { limit: SYMBOL_HITS, signal })) {
      const place = placeAt(path, undefined);
      const found = (await this.#symbolsOf(place)).find((one) => one.name === name);
      if (found !== undefined) return { ...found, kind: "symbol", path, language: place.language };
    }
    return undefined;
  }

  async #symbolsOf({ path, language }: PlaceAttachment) {
    const { text } = await this.#sources.files.load({ kind: "file", path, language });
    return symbolsIn(text, 1);
  }

  async #unknownSymbol(name: string, attached: PlaceAttachment | undefined): Promise<DuckError> {
    const names = attached === undefined ? [] : (await this.#symbolsOf(attached)).map((one) => one.name);
    const near = nearest(name, names);
    const remedy = near === undefined ? "Name its file, or select it in the editor." : `Did you mean ${near}?`;
    return new DuckError("notFound", `I find no definition of ${name}. ${remedy}`);
  }
}

function isNamed(place: PlaceAttachment, name: string): boolean {
  return place.kind === "symbol" ? place.name === name : basename(place.path) === name;
}

function placeAt(path: string, lines: { startLine: number; endLine: number } | undefined): PlaceAttachment {
  const file = { path, language: languageOf(path), mentioned: true };
  return lines === undefined ? { kind: "file", ...file } : { kind: "selection", ...file, ...lines };
}

function whatIs(place: LoadedAttachment, label: string): string {
  if (place.kind === "file") return label;
  if (place.kind === "symbol") return `${place.name} in ${label}`;
  return `lines ${place.startLine} to ${place.endLine} of ${label}`;
}
