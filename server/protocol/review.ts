import type { Decision, Hunk, Review } from "./edits.ts";
import type { AppliedEvent, DecidedEvent } from "./events.ts";

/** What becomes of a proposal. Pure; the server and every client do the same. */

/** All hunks of all its files. */
export function hunksOf({ files }: Pick<Review, "files">): readonly Hunk[] {
  return files.flatMap(({ hunks }) => hunks);
}

/** Those that nobody has decided. */
export function openHunks(review: Pick<Review, "files" | "decisions">): readonly Hunk[] {
  return hunksOf(review).filter(({ id }) => review.decisions[id] === undefined);
}

/**
 * With everything rejected one may still think again. Of a proposal that is being applied, or was, nothing changes but why a change
 * was rejected: that may be said afterwards.
 */
export function decided(review: Review, { hunkIds, decision, reason }: DecidedEvent): Review {
  if (review.state !== "open" && review.state !== "closed") {
    return isReasonOnly(review, { hunkIds, decision, reason }) ? withReason(review, hunkIds, reason) : review;
  }
  const known = new Set(hunksOf(review).map(({ id }) => id));
  const decisions: Record<string, Decision> = { ...review.decisions };
  for (const id of hunkIds.filter((one) => known.has(one))) {
    if (decision === null) delete decisions[id];
    else decisions[id] = { decision, ...(reason !== undefined && { reason }) };
  }
  const isClosed = hunksOf(review).every(({ id }) => decisions[id]?.decision === "rejected");
  return { ...review, decisions, state: isClosed ? "closed" : "open" };
}

/** Whether this only says why changes were rejected that are rejected already. */
export function isReasonOnly(
  { decisions }: Review,
  { hunkIds, decision, reason }: Pick<DecidedEvent, "hunkIds" | "decision" | "reason">,
): boolean {
  return decision === "rejected" && !!reason && hunkIds.every((id) => decisions[id]?.decision === "rejected");
}

export function applied(review: Review, { files, reverted }: AppliedEvent): Review {
  if (files === undefined) return { ...review, state: "applying" };
  const refused = new Set(files.filter(({ state }) => state === "refused").map(({ path }) => path));
  if (refused.size === 0) return { ...review, state: reverted ? "reverted" : "applied", outcomes: files };
  const reopened = new Set(
    hunksOf({ files: review.files.filter(({ path }) => refused.has(path)) }).map(({ id }) => id),
  );
  const decisions = Object.fromEntries(Object.entries(review.decisions).filter(([id]) => !reopened.has(id)));
  return { ...review, decisions, state: "open", outcomes: files };
}

function withReason(review: Review, hunkIds: readonly string[], reason: string | undefined): Review {
  const decision: Decision = { decision: "rejected", ...(reason !== undefined && { reason }) };
  return { ...review, decisions: { ...review.decisions, ...Object.fromEntries(hunkIds.map((id) => [id, decision])) } };
}
