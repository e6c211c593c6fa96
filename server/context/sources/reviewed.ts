import type { Hunk, Review } from "../../protocol/edits.ts";
import { hunksOf } from "../../protocol/review.ts";
import type { Turn } from "../../protocol/transcript.ts";

/** Of what was rejected, so much of each change is shown: enough not to propose it again. */
const SHOWN_CHARACTERS = 600;
const SHOWN_REJECTED = 5;

const known = new WeakMap<Turn, Turn>();

/** The turn as a model is told of it: what it proposed is no text of its answer, and what became of that it cannot know. */
export function withReviews(turn: Turn): Turn {
  if (turn.reviews === undefined || turn.reviews.length === 0) return turn;
  let told = known.get(turn);
  if (told === undefined) {
    told = { ...turn, text: [turn.text, ...turn.reviews.map(inWords)].filter((text) => text !== "").join("\n\n") };
    known.set(turn, told);
  }
  return told;
}

function inWords(review: Review): string {
  const { title, files, decisions, outcomes = [] } = review;
  const places = files.map(({ label, hunks }) => `${label} (${hunks.map(linesOf).join(", ")})`).join("; ");
  const rejected = hunksOf(review).filter(({ id }) => decisions[id]?.decision === "rejected");
  const refused = outcomes.flatMap(({ state, why = "" }) => (state === "refused" ? [why] : []));
  return [
    `[Proposed changes: ${title}. ${places}. ${STATES[review.state]}]`,
    ...refused.map((why) => `[Not written: ${why}]`),
    ...rejected.slice(0, SHOWN_REJECTED).map((hunk) => rejection(hunk, decisions[hunk.id]?.reason)),
  ].join("\n");
}

const STATES: Readonly<Record<Review["state"], string>> = {
  open: "The user has not decided all of them yet.",
  applying: "They are being written.",
  applied: "What the user accepted is written to the files.",
  closed: "The user rejected all of them.",
  reverted: "They were written, then the user took them back.",
};

function rejection(hunk: Hunk, reason: string | undefined): string {
  const because = reason === undefined ? "" : `, because: ${reason}`;
  const text = hunk.replace.length > SHOWN_CHARACTERS ? `${hunk.replace.slice(0, SHOWN_CHARACTERS)}…` : hunk.replace;
  return `[The user rejected this change of lines ${linesOf(hunk)}${because}]\n${text}`;
}

function linesOf({ startLine, endLine }: Hunk): string {
  return endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
}
