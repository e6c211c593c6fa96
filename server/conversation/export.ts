import { versionsOf } from "../protocol/branches.ts";
import { damageText } from "../protocol/damage.ts";
import type { Attachment, PersistedEvent, Receipt } from "../protocol/events.ts";
import type { ExportFormat } from "../protocol/requests.ts";
import { type Transcript, type Turn, visibleTurns } from "../protocol/transcript.ts";
import { reviewText } from "./exportedReview.ts";

/** What docs/export.md describes: folding the events again gives the same transcript, with all its branches. */
export function toJson(conversationId: string, transcript: Transcript, events: readonly PersistedEvent[]): string {
  const { title, damage } = transcript;
  const file = {
    format: "rubberduck.conversation",
    version: 1,
    conversationId,
    title,
    ...(damage && { damage }),
    events,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** What is in view, for people: who said what and when, what went along, and what the model was given. */
export function toMarkdown(transcript: Transcript): string {
  const versions = versionsOf(transcript);
  const messages = visibleTurns(transcript).map((turn) => {
    const { turnIds = [], shown = 0 } = versions.get(turn.accepted.turnId) ?? {};
    return toSection(turn, turnIds.length > 1 ? `version ${shown + 1} of ${turnIds.length}` : undefined);
  });
  const gaps = transcript.damage === undefined ? [] : [`> ${damageText(transcript.damage)}`];
  return `${[`# ${oneLine(transcript.title)}`, ...gaps, ...messages].join("\n\n")}\n`;
}

/** A name that every file system takes. */
export function fileNameOf(title: string, format: ExportFormat): string {
  const safe = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${safe.slice(0, 60) || "conversation"}.${format === "json" ? "json" : "md"}`;
}

function toSection(turn: Turn, version: string | undefined): string {
  const { accepted, text, doneAt, model, error, receipt, usage } = turn;
  const attached = accepted.attachments.map((attachment) => `- Attached: ${nameOf(attachment)}`);
  const answered = [
    heading("RubberDuck", doneAt ?? accepted.at, model?.kind === "offline" ? "without a model" : model?.id),
    text,
    ...(turn.reviews ?? []).map(reviewText),
    error === undefined ? "" : `> ${oneLine(error.message)}`,
    receipt === undefined ? "" : `> ${receiptLine(receipt)}${usage ? ` ${usage.completionTokens} answered.` : ""}`,
  ];
  const isAnswered = turn.state === "done" || text !== "";
  return [heading("You", accepted.at, version), accepted.content, attached.join("\n"), ...(isAnswered ? answered : [])]
    .filter((part) => part !== "")
    .join("\n\n");
}

function heading(who: string, at: string, more: string | undefined): string {
  const time = at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2 UTC");
  return `## ${[who, time, ...(more === undefined ? [] : [oneLine(more)])].join(" · ")}`;
}

/** "Given to the model: 1,842 of 8,000 tokens. Code: src/a.ts:1-9. Left out: 3." */
function receiptLine({ usedTokens, budgetTokens, included, leftOut, leftOutMore, model }: Receipt): string {
  const labels = included
    .filter(({ location }) => location !== undefined)
    .map(({ label }) => oneLine(label))
    .join(", ");
  const given =
    model.kind === "offline" ? "Answered from" : `Given to the model: ${usedTokens} of ${budgetTokens} tokens`;
  const code = labels === "" ? "no code" : `code ${labels}`;
  const left = leftOut.length + leftOutMore;
  return `${given}${model.kind === "offline" ? " " : "; "}${code}.${left > 0 ? ` Left out: ${left}.` : ""}`;
}

/** The folder is left out: it says more of this computer than of the conversation. */
function nameOf(attachment: Attachment): string {
  switch (attachment.kind) {
    case "file":
      return baseName(attachment.path);
    case "folder":
      return `${baseName(attachment.path)}/`;
    case "selection":
      return `${baseName(attachment.path)}:${attachment.startLine}-${attachment.endLine}`;
    case "symbol":
    case "image":
    case "text":
      return oneLine(attachment.name);
    case "conversation":
      return oneLine(attachment.title);
    case "url":
      return attachment.url;
    case "problems":
    case "diff":
    case "terminal":
      return attachment.kind;
  }
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
