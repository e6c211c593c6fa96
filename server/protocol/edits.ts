import type { TurnParams } from "./requests.ts";

/**
 * Changes of files that an answer proposes. Nothing is written before somebody decides: hunk by hunk, and once all are
 * decided those that were accepted are applied as one undo step. Kept in the conversation's log as events, so that a review
 * goes on after a restart and what was applied can be taken back later.
 */
export interface Proposal {
  /** Unique within the turn. */
  readonly id: string;
  /** A few words, the name of the undo step: "Refactor parse.ts". */
  readonly title: string;
  readonly files: readonly ProposedFile[];
}

export interface ProposedFile {
  /** Absolute. */
  readonly path: string;
  /** What a person calls it: relative to its workspace folder, with forward slashes. */
  readonly label: string;
  readonly language: string;
  /** A file that is created has one hunk with an empty `search`, one that is deleted one with an empty `replace`. */
  readonly change: "modify" | "create" | "delete";
  /** In the order of the file; no two touch the same line. At least one. */
  readonly hunks: readonly Hunk[];
  /**
   * Why its hunks can be accepted only file by file, after its changes were looked at: a sentence. "What stands in it is run
   * when the folder is opened."
   */
  readonly guarded?: string;
}

/** One place of a file that is to change, found by what stands there and not by its number. */
export interface Hunk {
  /** Unique within the proposal. */
  readonly id: string;
  /** The lines of `search` in the file as it was read, from 1, both inclusive; 1 and 0 in an empty or new file. */
  readonly startLine: number;
  readonly endLine: number;
  /** Whole lines, with as many around the change that they stand in one place only; line ends as LF. */
  readonly search: string;
  readonly replace: string;
  /** A secret stood in it, which is not kept: it can be applied by the process that made it only. */
  readonly covered?: true;
}

export type HunkDecision = "accepted" | "rejected";

/** A proposal and what became of it. */
export interface Review extends Proposal {
  /** By hunk; one without is open. */
  readonly decisions: Readonly<Record<string, Decision>>;
  /**
   * open: hunks wait for a decision; with `outcomes` it was tried to write, a file was in the way, and its hunks are open again.
   * applying: all are decided, and the files are being written. applied: what was accepted was written, all of it. closed: nothing
   * was accepted. reverted: what was written was taken back.
   */
  readonly state: "open" | "applying" | "applied" | "closed" | "reverted";
  /** By file, of the last time that files were written; in the order of `files`, without those of which nothing was accepted. */
  readonly outcomes?: readonly FileOutcome[];
}

export interface Decision {
  readonly decision: HunkDecision;
  /** Why it was rejected, in the user's words. */
  readonly reason?: string;
}

export interface FileOutcome {
  readonly path: string;
  /** changed: it was written. unchanged: it stood so already. refused: it was left as it was, `why` says why and what to do. */
  readonly state: "changed" | "unchanged" | "refused";
  readonly why?: string;
  /** What takes it back. Absent when nothing was written. */
  readonly undo?: FileUndo;
}

/**
 * modify: apply `blocks`. restore: the whole text, if the file still stands as in `over` (null: there is none); for what blocks
 * cannot say, and for files that were created (`text` is null) or deleted.
 */
export type FileUndo =
  | { readonly change: "modify"; readonly blocks: readonly Block[] }
  | { readonly change: "restore"; readonly text: string | null; readonly over: string | null };

/** Replace `search`, which must stand in exactly one place, by `replace`. */
export interface Block {
  readonly search: string;
  readonly replace: string;
}

export interface ProposalParams extends TurnParams {
  readonly proposalId: string;
}

/** Requests about proposals. They fail with notFound, and tooLate for a proposal that is applied or whose turn was forgotten. */
export interface EditRequests {
  /**
   * Decides hunks, or opens them again (null) while the proposal is open. When no hunk is open any more, what was accepted is
   * applied, all of it or nothing, and the request answers after that; how it went is told as an event. `approved` is the path of the one guarded
   * file whose hunks are accepted; without it those are refused with invalidRequest. Why hunks were rejected may also be said once
   * the others are applied: the same decision again, with the reason.
   */
  "rubberduck/edit/decide": {
    params: ProposalParams & {
      hunkIds: readonly string[];
      decision: HunkDecision | null;
      reason?: string;
      approved?: string;
    };
    result: Record<string, never>;
  };
  /** One file as it stands now, and as it would stand with all its hunks but the rejected ones; null where there is no file. */
  "rubberduck/edit/preview": {
    params: ProposalParams & { path: string };
    result: { before: string | null; after: string | null };
  };
  /** Takes back what was applied, of all its files or of none. Fails with tooLate when somebody changed the places since. */
  "rubberduck/edit/revert": { params: ProposalParams; result: { files: readonly FileOutcome[] } };
  /**
   * Goes back to before a message: the files, the conversation, or both. The files by taking back what was applied since, newest
   * first; where that is not possible (somebody changed the place since) the file stays, and `kept` says so. With "check"
   * nothing is done: the answer is what would be. The message and what followed leave view and context and are kept as a branch.
   */
  "rubberduck/edit/rewind": {
    params: TurnParams & { files: boolean; conversation: boolean; check?: boolean };
    result: { restored: readonly string[]; kept: readonly { readonly label: string; readonly why: string }[] };
  };
}

export const EDIT_METHODS = [
  "rubberduck/edit/decide",
  "rubberduck/edit/preview",
  "rubberduck/edit/revert",
  "rubberduck/edit/rewind",
] as const satisfies readonly (keyof EditRequests)[];

export type EditMethod = keyof EditRequests;
export type EditParams<M extends EditMethod> = EditRequests[M]["params"];
export type EditResult<M extends EditMethod> = EditRequests[M]["result"];
