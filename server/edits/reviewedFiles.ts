import type { FileWrite } from "../protocol/editor.ts";
import type { FileOutcome, Hunk, ProposedFile } from "../protocol/edits.ts";
import { DuckError } from "../util/errors.ts";
import { isWritten, outcomeOf, type Target, undone, withHunks, writtenBefore } from "./apply.ts";
import type { WorkspaceFiles } from "./workspaceFiles.ts";
import type { WritablePlaces } from "./writablePlaces.ts";

/** A review that is to be taken back, and what a person calls its files. */
export interface Applied {
  readonly id: string;
  readonly outcomes: readonly FileOutcome[];
}

/** A file with those of its hunks that are to be written; at least one. */
export interface AcceptedFile {
  readonly file: ProposedFile;
  readonly hunks: readonly Hunk[];
}

export interface Kept {
  readonly path: string;
  readonly why: string;
}

/** Writes what was accepted, and takes it back: all files of a review or none. Every path is looked at again before it is written. */
export class ReviewedFiles {
  readonly #files: WorkspaceFiles;
  readonly #places: WritablePlaces;

  constructor(files: WorkspaceFiles, places: WritablePlaces) {
    this.#files = files;
    this.#places = places;
  }

  /** The file as it stands, and with these hunks. Throws DuckError tooLate when they do not fit any more. */
  async preview(
    file: ProposedFile,
    hunks: readonly Hunk[],
    signal: AbortSignal,
  ): Promise<{ before: string | null; after: string | null }> {
    const { path } = await this.#places.find(file.path);
    const { text: before, refused } = await this.#files.read(path, signal);
    const target: Target = refused === undefined ? withHunks(file, hunks, before) : { why: refused };
    if ("why" in target) throw new DuckError("tooLate", `${file.label}: ${target.why}`);
    return { before, after: target.text };
  }

  /**
   * Writes the accepted hunks as one undo step.
   * @param isResumed what stands in a file already was written by an earlier process, which could not say so.
   */
  async apply(
    title: string,
    accepted: readonly AcceptedFile[],
    { isResumed }: { readonly isResumed: boolean },
    signal: AbortSignal,
  ): Promise<readonly FileOutcome[]> {
    const written = isResumed ? await this.#writtenBefore(accepted, signal) : [];
    const done = new Set(written.map(({ path }) => path));
    const left = accepted.filter(({ file }) => !done.has(file.path));
    const targets = await Promise.all(left.map((one) => this.#targetOf(one, signal)));
    return [...written, ...(await this.write(title, targets, signal))];
  }

  /** What is in the way of taking one back, then nothing was done; or how it went. */
  async revert({ id, outcomes }: Applied, title: string, signal: AbortSignal): Promise<readonly FileOutcome[]> {
    const { writes, kept } = await this.undo([{ id, outcomes }], signal);
    if (kept.length > 0) return kept.map(({ path, why }) => ({ path, state: "refused" as const, why }));
    return this.write(title, writes, signal);
  }

  /** What taking these back would write, the newest first, and the files where it is not possible. Changes nothing. */
  async undo(
    newestFirst: readonly Applied[],
    signal: AbortSignal,
  ): Promise<{ readonly writes: readonly FileWrite[]; readonly kept: readonly Kept[] }> {
    const writes = new Map<string, FileWrite>();
    const kept = new Map<string, Kept>();
    for (const { path, undo } of newestFirst.flatMap(({ outcomes }) => outcomes)) {
      if (undo === undefined || kept.has(path)) continue;
      const known = writes.get(path) ?? (await this.#asItStands(path, signal));
      const target: Target = "why" in known ? known : undone(undo, known.after);
      if ("why" in target) kept.set(path, { path, why: target.why });
      else if ("before" in known) writes.set(path, { ...known, after: target.text });
    }
    for (const path of kept.keys()) writes.delete(path);
    return { writes: [...writes.values()], kept: [...kept.values()] };
  }

  /** Writes all of them as one undo step; with any that cannot be, none. */
  async write(
    title: string,
    targets: readonly (FileWrite | Kept)[],
    signal: AbortSignal,
  ): Promise<readonly FileOutcome[]> {
    const writes = targets.filter((target) => "before" in target);
    const refused = targets.filter((target) => "why" in target);
    const changes = writes.filter(({ before, after }) => before !== after);
    if (refused.length === 0 && changes.length > 0) refused.push(...(await this.#files.write(title, changes, signal)));
    if (refused.length > 0) return refused.map(({ path, why }) => ({ path, state: "refused", why }));
    return writes.map(({ path, before, after }) => outcomeOf(path, before, after));
  }

  async #writtenBefore(accepted: readonly AcceptedFile[], signal: AbortSignal): Promise<FileOutcome[]> {
    const found = await Promise.all(
      accepted.map(async ({ file, hunks }) => {
        const { text } = await this.#files.read(file.path, signal);
        return isWritten(file, hunks, text) ? [writtenBefore(file, hunks)] : [];
      }),
    );
    return found.flat();
  }

  async #targetOf({ file, hunks }: AcceptedFile, signal: AbortSignal): Promise<FileWrite | Kept> {
    const { path } = file;
    const known = await this.#asItStands(path, signal, file.guarded !== undefined);
    if ("why" in known) return known;
    const target = withHunks(file, hunks, known.before);
    return "why" in target ? { path, why: target.why } : { ...known, after: target.text };
  }

  async #asItStands(path: string, signal: AbortSignal, isApproved = true): Promise<FileWrite | Kept> {
    try {
      const place = await this.#places.find(path);
      if (place.guarded !== undefined && !isApproved) {
        return { path, why: `${place.guarded} Ask again: such a file is approved by itself.` };
      }
      const { text, refused } = await this.#files.read(path, signal);
      return refused === undefined ? { path, before: text, after: text } : { path, why: refused };
    } catch (error) {
      if (error instanceof DuckError) return { path, why: error.message };
      throw error;
    }
  }
}
