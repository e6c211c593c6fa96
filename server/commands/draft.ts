import { applyBlocks } from "../edits/applyBlocks.ts";
import type { EditPiece } from "../edits/blocks.ts";
import type { ChangedFile } from "../edits/proposal.ts";
import type { WorkspaceFiles } from "../edits/workspaceFiles.ts";
import type { WritablePlace, WritablePlaces } from "../edits/writablePlaces.ts";
import { DuckError } from "../util/errors.ts";
import { languageOf } from "../util/languageOf.ts";
import { codeFence } from "../util/markdown.ts";

/** What a model wants done to a file. */
export type Edit = Extract<EditPiece, { type: "block" | "delete" }>;

/** What it wants and cannot have. */
export interface Refused {
  readonly label?: string | undefined;
  /** A sentence. */
  readonly why: string;
  /** The block as it was given. */
  readonly shown?: string | undefined;
  /** Asked again it may be given in a form that fits. */
  readonly isRepairable: boolean;
}

export interface Draft {
  readonly files: readonly ChangedFile[];
  /** Those that fit. */
  readonly edits: readonly Edit[];
  readonly refused: readonly Refused[];
}

export interface DraftSources {
  readonly places: WritablePlaces;
  readonly files: WorkspaceFiles;
}

/** A larger file was not written by hand; nobody reviews changes of it. */
const MAX_CHARACTERS = 1024 * 1024;
/** Nor so many at once. */
const MAX_EDITS = 500;
const TOO_MANY: Refused = {
  why: `There are more than ${MAX_EDITS} changes; the others are left out. Ask for a smaller part.`,
  isRepairable: false,
};
/** After so many that do not fit, the rest of a file's are not tried. */
const MAX_MISFITS = 20;

/**
 * What the edits make of the files, each edit alone: those that do not fit are left out.
 *
 * @param seen texts as the model saw them, by absolute path.
 */
export async function draftOf(
  edits: readonly Edit[],
  seen: ReadonlyMap<string, string>,
  { places, files }: DraftSources,
  signal: AbortSignal,
): Promise<Draft> {
  const drafts: Draft[] = [];
  const found = await byFile(edits.slice(0, MAX_EDITS), places);
  for (const { place, edits: own } of found.groups) {
    const { text, refused } = await files.read(place.path, signal);
    const why = refused ?? ((text?.length ?? 0) > MAX_CHARACTERS ? "It is too large to be changed here." : undefined);
    if (why === undefined) drafts.push(draftFile(place, text, seen.get(place.path), own));
    else drafts.push({ files: [], edits: [], refused: [{ label: place.label, why, isRepairable: false }] });
  }
  return {
    files: drafts.flatMap((draft) => draft.files),
    edits: drafts.flatMap((draft) => draft.edits),
    refused: [
      ...found.refused,
      ...drafts.flatMap((draft) => draft.refused),
      ...(edits.length > MAX_EDITS ? [TOO_MANY] : []),
    ],
  };
}

interface FileEdits {
  readonly place: WritablePlace;
  readonly edits: Edit[];
}

async function byFile(edits: readonly Edit[], places: WritablePlaces) {
  const groups = new Map<string, FileEdits>();
  const refused = new Map<string, Refused>();
  for (const edit of edits) {
    try {
      const place = await places.find(edit.path);
      const group = groups.get(place.path);
      if (group === undefined) groups.set(place.path, { place, edits: [edit] });
      else group.edits.push(edit);
    } catch (error) {
      if (!(error instanceof DuckError)) throw error;
      refused.set(edit.path, { label: edit.path, why: error.message, isRepairable: false });
    }
  }
  return { groups: [...groups.values()], refused: [...refused.values()] };
}

function draftFile(
  place: WritablePlace,
  current: string | null,
  seen: string | undefined,
  edits: readonly Edit[],
): Draft {
  const made = current === null ? created(edits) : changed(current, seen ?? current, edits);
  const { path, label, guarded } = place;
  const file: ChangedFile = {
    ...{ path, label, language: languageOf(path), before: current, after: made.after },
    ...(guarded !== undefined && { guarded }),
  };
  return {
    files: made.after === current ? [] : [file],
    edits: edits.filter((edit) => !made.misfits.has(edit)),
    refused: [...made.misfits].map(([edit, why]) => ({ label, why, shown: shownOf(edit), isRepairable: true })),
  };
}

interface Made {
  readonly after: string | null;
  /** Why it does not fit. */
  readonly misfits: ReadonlyMap<Edit, string>;
}

/** A file that is not there: the first block without a search makes it (models leave a blank line there), the others change what that made. */
function created(edits: readonly Edit[]): Made {
  const first = edits.find((edit) => edit.type === "block" && edit.search.trim() === "");
  if (first?.type !== "block") return { after: null, misfits: new Map(edits.map((edit) => [edit, NO_FILE])) };
  return changed(first.replace, first.replace, edits, first);
}

function changed(current: string, seen: string, edits: readonly Edit[], done?: Edit): Made {
  if (edits.some(({ type }) => type === "delete")) {
    const others = edits.filter(({ type }) => type === "block");
    return { after: null, misfits: new Map(others.map((edit) => [edit, "The file is deleted by another block."])) };
  }
  const misfits = new Map<Edit, string>();
  for (;;) {
    const blocks = edits.flatMap((edit) =>
      edit.type === "block" && edit !== done && !misfits.has(edit) ? [edit] : [],
    );
    const applied = applyBlocks({ original: seen, current, blocks });
    if (applied.kind === "applied") return { after: applied.text, misfits };
    const misfit = blocks[applied.block];
    if (misfit === undefined) return { after: current, misfits };
    misfits.set(misfit, misfit.search === "" ? NOT_NEW : applied.why);
    if (misfits.size > MAX_MISFITS)
      return { after: current, misfits: new Map(edits.map((edit) => [edit, MANY_MISFITS])) };
  }
}

const NO_FILE = "There is no such file. Leave SEARCH empty to make it, or give the path as it stands in the workspace.";
const MANY_MISFITS = "Many of the changes of this file do not fit, so none of them is taken. Look at the file again.";
const NOT_NEW =
  "The file exists, so SEARCH must hold the lines to be replaced, and lines to be added are put beside some that stand there.";

function shownOf(edit: Edit): string | undefined {
  if (edit.type === "delete") return undefined;
  return codeFence(`<<<<<<< SEARCH\n${edit.search}=======\n${edit.replace}>>>>>>> REPLACE`);
}
