import type { Hunk, Review } from "../protocol/edits.ts";
import { codeFence } from "../util/markdown.ts";

/** What was proposed to change, and what became of it, as Markdown. */
export function reviewText(review: Review): string {
  return review.files
    .flatMap(({ label, hunks }) => hunks.map((hunk) => `> ${headline(review, label, hunk)}\n\n${diffOf(hunk)}`))
    .join("\n\n");
}

function headline({ decisions, state }: Review, label: string, { id, startLine, endLine }: Hunk): string {
  const lines = endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
  const { decision, reason } = decisions[id] ?? {};
  const became =
    decision === "accepted" && state === "reverted" ? "accepted, then undone" : (decision ?? "not decided");
  return `Change of ${label}:${lines}: ${became}${reason === undefined ? "" : ` (${reason.replace(/\s+/g, " ")})`}.`;
}

function diffOf({ search, replace }: Hunk): string {
  return codeFence([...marked("-", search), ...marked("+", replace)].join("\n"), "diff");
}

function marked(sign: string, text: string): string[] {
  return text === ""
    ? []
    : text
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => `${sign}${line}`);
}
