import { reviewText } from "../../../server/conversation/exportedReview.ts";
import { ansiOf } from "../../../server/gateway/formats/ansi.ts";
import type { Receipt } from "../../../server/protocol/events.ts";
import type { ClientType } from "../../../server/protocol/presence.ts";
import type { Turn } from "../../../server/protocol/transcript.ts";
import { escapeControls } from "../../../server/util/escapeControls.ts";
import { clientName } from "../../../webview/people.ts";
import { clock, count, receiptCounts, receiptGroups } from "../../../webview/state.ts";

export interface Writing {
  /** Styles of our own; else text alone. */
  readonly hasColour: boolean;
  /** For a screen reader: said in words what others see by signs. */
  readonly isSpoken: boolean;
}

/** What a turn reads like in a terminal. Nothing in it steers the terminal but our own styles. */
export function turnText(turn: Turn, writing: Writing): string {
  if (turn.forgotten !== undefined) return dim("Forgotten.", writing);
  const parts = [
    messageText(turn, writing),
    answerText(turn, writing),
    endingText(turn, writing),
    footText(turn, writing),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

export function messageText({ accepted: { content, client, at } }: Turn, writing: Writing): string {
  const from = originText(client, at);
  const text = escapeControls(content);
  if (writing.isSpoken) return `You${from === "" ? "" : `, ${from}`}: ${text}`;
  const lines = text.split("\n").map((line, index) => `${index === 0 ? "›" : " "} ${line}`);
  return bold(lines.join("\n"), writing) + (from === "" ? "" : dim(`  ${from}`, writing));
}

function originText(client: ClientType, at: string): string {
  return client === "terminal" ? "" : `${clientName(client)} · ${clock(at)}`;
}

/** Also of an answer that is still coming. */
export function answerText({ text, reviews = [] }: Turn, writing: Writing): string {
  const answer = writing.hasColour ? ansiOf(text) : escapeControls(text);
  const changes = reviews.map((review) => escapeControls(reviewText(review)));
  const hint = reviews.some(({ state }) => state === "open")
    ? ["Accept or reject the changes in VS Code or the browser."]
    : [];
  const said = writing.isSpoken && answer !== "" ? `RubberDuck: ${answer}` : answer;
  return [said, ...changes, ...hint].filter((part) => part !== "").join("\n");
}

function endingText({ stopReason, error }: Turn, writing: Writing): string {
  const message = error === undefined ? "" : escapeControls(error.message);
  switch (stopReason) {
    case "error":
      return `${mark("✗", writing)}${message === "" ? "No answer." : message} Say /retry to try again.`;
    case "interrupted":
      return `${mark("✗", writing)}The answer was cut off. ${message === "" ? "What arrived is kept." : message} Say /continue to go on.`;
    case "length":
      return dim("The answer reached the model's limit. Say /continue to go on.", writing);
    case "cancelled":
      return dim("Stopped. What was said is kept.", writing);
    default:
      return "";
  }
}

function footText({ receipt }: Turn, writing: Writing): string {
  if (receipt === undefined) return "";
  const words = receiptLine(receipt);
  return dim(writing.isSpoken ? `Receipt: ${words}` : words, writing);
}

export function receiptLine(receipt: Receipt): string {
  const counts = receiptCounts(receipt);
  const lead = counts === "" ? "" : `${counts} · `;
  return receipt.model.kind === "offline" ? `${lead}no model` : `${lead}${count(receipt.usedTokens)} tokens`;
}

/** All that went along, by what it is. */
export function receiptText(receipt: Receipt, writing: Writing): string {
  return receiptGroups(receipt)
    .flatMap(({ name, items, tokens, more }) => [
      bold(`${name} · ${count(tokens)} tokens`, writing),
      ...items.map(
        ({ label, why }) => `  ${escapeControls(label)}${why ? dim(`  ${escapeControls(why)}`, writing) : ""}`,
      ),
      ...(more > 0 ? [`  and ${count(more)} more`] : []),
    ])
    .join("\n");
}

function mark(sign: string, { isSpoken }: Writing): string {
  return isSpoken ? "" : `${sign} `;
}

export function bold(text: string, { hasColour }: Writing): string {
  return hasColour ? `\x1b[1m${text}\x1b[22m` : text;
}

export function dim(text: string, { hasColour }: Writing): string {
  return hasColour ? `\x1b[2m${text}\x1b[22m` : text;
}
