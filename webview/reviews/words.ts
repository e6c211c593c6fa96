import type { Decision, Hunk, ProposedFile, Review } from "../../server/protocol/edits.ts";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { hunksOf, openHunks } from "../../server/protocol/review.ts";
import type { Transcript } from "../../server/protocol/transcript.ts";

/** What the panel says about proposed changes and steps of work. Pure. */

/** Signs that turn text around or cannot be seen are written out: what a person agrees to is what they see. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (sign) => `[U+${sign.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`);
}

/** Controls but for tab and line feed, marks and overrides of direction, signs without width. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export interface FileName {
  readonly name: string;
  /** "" at the top of the workspace folder. */
  readonly folder: string;
}

export function fileName({ label }: Pick<ProposedFile, "label">): FileName {
  const parts = visible(label.replaceAll("\n", " ")).split("/");
  return { name: parts.at(-1) || label, folder: parts.slice(0, -1).join("/") };
}

/** "42–46", or what the file becomes. */
export function hunkTitle({ change }: ProposedFile, { startLine, endLine }: Hunk): string {
  if (change !== "modify") return FILE_CHANGES[change];
  if (endLine < startLine) return "Empty file";
  return endLine === startLine ? `${startLine}` : `${startLine}–${endLine}`;
}

/** "Lines 42 to 46", for whoever hears it. */
export function hunkName({ change }: ProposedFile, { startLine, endLine }: Hunk): string {
  if (change !== "modify") return FILE_CHANGES[change];
  if (endLine < startLine) return "Empty file";
  return endLine === startLine ? `Line ${startLine}` : `Lines ${startLine} to ${endLine}`;
}

export const FILE_CHANGES = { create: "New file", delete: "Deleted file" } as const;

export const DECIDED = { accepted: "Accepted", rejected: "Rejected" } as const;

/** What came of a proposal, once nothing is left to decide. */
export function endOf({ state, outcomes = [] }: Review): string {
  const changed = outcomes.filter((outcome) => outcome.state === "changed").length;
  switch (state) {
    case "applying":
      return "Applying…";
    case "applied":
      return changed === 0 ? "Nothing to write: the files stood so already" : `Applied to ${files(changed)}`;
    case "reverted":
      return `Taken back in ${files(changed)}`;
    default:
      return "Nothing was accepted, and nothing was written";
  }
}

/** Why hunks that were accepted are open again. */
export function inTheWay({ state, outcomes = [] }: Review): string | undefined {
  const refused = outcomes.filter((outcome) => outcome.state === "refused").length;
  if (state !== "open" || refused === 0) return undefined;
  return `Nothing was written: ${files(refused)} could not be changed. Decide again, or reject.`;
}

/** What a screen reader hears when something was decided or written, or work goes on; nothing for all else. */
export function reviewNews(event: ChatEvent, transcript: Transcript): string | undefined {
  if (event.type !== "decided" && event.type !== "applied" && event.type !== "workflow") return undefined;
  const turn = transcript.turns.findLast(({ accepted }) => accepted.turnId === event.turnId);
  if (event.type === "workflow") {
    const steps = turn?.workflow ?? [];
    const told = event.steps.findLast(({ state }) => state === "running" || state === "failed");
    if (told === undefined) return undefined;
    const place = steps.findIndex(({ id }) => id === told.id) + 1;
    const words = `${told.label}, step ${place} of ${steps.length}`;
    return told.state === "failed" ? `${words}, failed. ${told.note ?? ""}`.trim() : words;
  }
  const review = turn?.reviews?.find(({ id }) => id === event.proposalId);
  if (review === undefined) return undefined;
  if (event.type === "applied") return inTheWay(review) ?? endOf(review);
  return decisionNews(review, event.hunkIds, event.decision);
}

function decisionNews(review: Review, hunkIds: readonly string[], decision: Decision["decision"] | null): string {
  const all = hunksOf(review).length;
  const first = review.files.flatMap((file) =>
    file.hunks.filter(({ id }) => id === hunkIds[0]).map((hunk) => hunkName(file, hunk)),
  )[0];
  const what = hunkIds.length === 1 ? first : `${hunkIds.length} changes`;
  return `${what} ${decision ?? "open again"}. ${openHunks(review).length} of ${all} left`;
}

function files(number: number): string {
  return number === 1 ? "1 file" : `${number} files`;
}
