import type { Hunk, Proposal, ProposedFile } from "../protocol/edits.ts";
import { blocksBetween } from "./hunks.ts";
import { linesOf } from "./lines.ts";

export interface ProposalRequest {
  readonly id: string;
  readonly title: string;
  readonly files: readonly ChangedFile[];
}

/** A file as it stands, and as it would; null where there is none. */
export interface ChangedFile {
  readonly path: string;
  readonly label: string;
  readonly language: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly guarded?: string;
}

/** Files that would stay as they are, are left out. */
export function createProposal({ id, title, files }: ProposalRequest): Proposal {
  let count = 0;
  const newId = () => `${count++}`;
  return { id, title, files: files.flatMap((file) => proposedFile(file, newId) ?? []) };
}

function proposedFile({ before, after, ...file }: ChangedFile, newId: () => string): ProposedFile | undefined {
  if (before === after) return undefined;
  if (before === null)
    return { ...file, change: "create", hunks: [{ id: newId(), ...NOWHERE, search: "", replace: after ?? "" }] };
  if (after === null) {
    const hunk: Hunk = {
      id: newId(),
      startLine: 1,
      endLine: linesOf(before).lines.length,
      search: withLf(before),
      replace: "",
    };
    return { ...file, change: "delete", hunks: [hunk] };
  }
  const hunks = blocksBetween(before, after).map((block): Hunk => ({ id: newId(), ...block }));
  return hunks.length === 0 ? undefined : { ...file, change: "modify", hunks };
}

const NOWHERE = { startLine: 1, endLine: 0 };

function withLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
