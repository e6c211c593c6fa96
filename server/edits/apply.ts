import type { Block, FileOutcome, FileUndo, Hunk, ProposedFile } from "../protocol/edits.ts";
import { applyBlocks } from "./applyBlocks.ts";
import { blocksBetween } from "./hunks.ts";
import { linesOf } from "./lines.ts";
import { SearchedLines } from "./places.ts";

/** What is to become of a file: null where there is none. Or why that cannot be. */
export type Target = { readonly text: string | null } | { readonly why: string };

/** The file with these of its hunks. */
export function withHunks(file: ProposedFile, hunks: readonly Hunk[], current: string | null): Target {
  const [only] = hunks;
  if (only === undefined) return { text: current };
  switch (file.change) {
    case "create":
      if (current === null || current === only.replace) return { text: only.replace };
      return { why: "There is such a file by now." };
    case "delete":
      if (current === null) return { text: null };
      return current.replaceAll("\r\n", "\n") === only.search
        ? { text: null }
        : { why: "It was changed since. Look at it, then ask again." };
    case "modify":
      return current === null ? { why: "It is not there any more." } : withBlocks(hunks, current);
  }
}

/** The file as it was before. */
export function undone(undo: FileUndo, current: string | null): Target {
  if (undo.change === "restore") {
    if (current === undo.over || current === undo.text) return { text: undo.text };
    return { why: "It was changed since. Take the change back by hand." };
  }
  if (current === null) return { why: "It is not there any more." };
  const target = withBlocks(undo.blocks, current);
  return "why" in target ? { why: "Lines in or beside the change were changed since. Take it back by hand." } : target;
}

/** What was done to a file, with what takes it back. */
export function outcomeOf(path: string, before: string | null, after: string | null): FileOutcome {
  if (before === after) return { path, state: "unchanged" };
  return { path, state: "changed", undo: undoOf(before, after) };
}

/** Whether these hunks stand in the file, as far as that can be told without knowing what stood there before. */
export function isWritten({ change }: ProposedFile, hunks: readonly Hunk[], current: string | null): boolean {
  const [only] = hunks;
  if (change === "create") return current !== null && current === only?.replace;
  if (change === "delete") return current === null;
  if (current === null) return false;
  const searched = new SearchedLines(linesOf(current));
  return hunks.every(({ replace }) => replace !== "" && searched.find(linesOf(replace).lines).length === 1);
}

/** What an earlier process has written, which could not say so: what stood there before is known by its hunks only. */
export function writtenBefore({ path, change }: ProposedFile, hunks: readonly Hunk[]): FileOutcome {
  const [only] = hunks;
  if (change === "modify" || only === undefined) {
    const blocks = hunks.map(({ search, replace }) => ({ search: replace, replace: search }));
    return { path, state: "changed", undo: { change: "modify", blocks } };
  }
  const isCreated = change === "create";
  const undo = {
    change: "restore" as const,
    text: isCreated ? null : only.search,
    over: isCreated ? only.replace : null,
  };
  return { path, state: "changed", undo };
}

function withBlocks(blocks: readonly Block[], current: string): Target {
  const result = applyBlocks({ original: current, current, blocks, isExact: true });
  return result.kind === "applied" ? { text: result.text } : { why: result.why };
}

/** By places, so that what is changed elsewhere in the file stays; the whole text where places would not give the same bytes. */
function undoOf(before: string | null, after: string | null): FileUndo {
  if (before === null || after === null) return { change: "restore", text: before, over: after };
  const blocks = blocksBetween(after, before).map(({ search, replace }) => ({ search, replace }));
  const target = withBlocks(blocks, after);
  const isExact = "text" in target && target.text === before;
  return isExact ? { change: "modify", blocks } : { change: "restore", text: before, over: after };
}
