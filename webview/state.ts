import type { ContextItem, Receipt } from "../server/protocol/events.ts";
import type { HostState } from "../server/protocol/panel.ts";
import { placesInView, runningTurn, type Transcript, type Turn, visibleTurns } from "../server/protocol/transcript.ts";
import type { ConversationUsage } from "../server/protocol/usage.ts";

/** What the panel makes of a transcript and of its host's state. Pure. */

/** Before the host has said anything. */
export const unknownHost: HostState = { server: "starting", trusted: true, hasFolder: true };

export interface ShownTurn {
  readonly turn: Turn;
  /** Behind another answer; it can be taken back. */
  readonly waits: boolean;
  readonly isLast: boolean;
}

export function shownTurns(transcript: Transcript): ShownTurn[] {
  const turns = placesInView(transcript);
  const last = turns.findLastIndex(({ forgotten }) => forgotten === undefined);
  return turns.map((turn, index) => ({
    turn,
    waits: turn.state === "queued" && turns.slice(0, index).some((earlier) => earlier.state !== "done"),
    isLast: index === last,
  }));
}

export function isAnswering(transcript: Transcript): boolean {
  return transcript.turns.some((turn) => turn.state === "running" || turn.state === "queued");
}

/** Where a new subscription takes up the answer in flight. */
export function answerOffset(transcript: Transcript): number {
  return runningTurn(transcript)?.text.length ?? 0;
}

export function titleOf(transcript: Transcript): string {
  if (transcript.title !== "") return transcript.title;
  return visibleTurns(transcript)[0]?.accepted.content.split("\n", 1)[0]?.trim() || "New conversation";
}

/** The message that was said last, for ↑ in an empty box. One that waits can be taken back instead. */
export function lastTurn(transcript: Transcript): Turn | undefined {
  return visibleTurns(transcript).findLast((turn) => turn.state !== "queued");
}

/** The turn that is shown for this one: a newer answer stands in its place. Undefined when its branch is not in view. */
export function shownTurnId(transcript: Transcript, turnId: string): string | undefined {
  const turns = new Map(transcript.turns.map((turn) => [turn.accepted.turnId, turn]));
  let shown = turnId;
  for (let next = turns.get(turnId)?.replacedBy; next !== undefined; next = turns.get(next)?.replacedBy) shown = next;
  return placesInView(transcript).some(({ accepted }) => accepted.turnId === shown) ? shown : undefined;
}

/** "12.3k tokens · $0.03", as much of it as is known. */
export function usageText({
  promptTokens,
  completionTokens,
  isEstimate,
  costUsd,
  isCostPartial,
}: ConversationUsage): string {
  const tokens = `${isEstimate ? "about " : ""}${shortCount(promptTokens + completionTokens)} tokens`;
  return costUsd === undefined ? tokens : `${tokens} · ${isCostPartial ? "at least " : ""}${dollars(costUsd)}`;
}

/** The same in sentences, for a tooltip. */
export function usageDetail(usage: ConversationUsage): string {
  const { promptTokens, completionTokens, isEstimate, costUsd, isCostPartial } = usage;
  const tokens = `${count(promptTokens)} tokens sent, ${count(completionTokens)} answered, over all versions.`;
  const estimate = isEstimate ? " In part an estimate: the endpoint did not report them." : "";
  const partial = isCostPartial ? " The price of some answers is not known." : "";
  return costUsd === undefined ? tokens + estimate : `${tokens}${estimate} Cost: ${dollars(costUsd)}.${partial}`;
}

/** 12.3k: what a row has room for. */
function shortCount(value: number): string {
  if (value < 10_000) return count(value);
  return value < 1_000_000 ? `${(value / 1000).toFixed(1)}k` : `${(value / 1_000_000).toFixed(1)}M`;
}

/** Two digits that count, however little it is. */
function dollars(usd: number): string {
  const digits = usd >= 0.1 || usd === 0 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits)}`;
}

export interface ReceiptGroup {
  readonly name: "Remembered" | "Code" | "Attached" | "Looked at" | "Messages" | "Rules" | "Patterns" | "Left out";
  readonly items: readonly ContextItem[];
  /** What the items stand for. */
  readonly count: number;
  readonly tokens: number;
  /** Left out, and not even listed. */
  readonly more: number;
}

export function receiptGroups(receipt: Receipt): ReceiptGroup[] {
  const group = (name: ReceiptGroup["name"], items: readonly ContextItem[], more = 0): ReceiptGroup => ({
    name,
    items,
    count: items.reduce((sum, item) => sum + (item.count ?? 1), 0),
    tokens: items.reduce((sum, item) => sum + item.tokens, 0),
    more,
  });
  const of = (...sources: ContextItem["source"][]) => receipt.included.filter((item) => sources.includes(item.source));
  return [
    group("Remembered", of("memory")),
    group("Code", of("selection", "file", "symbol", "folder", "code", "diff")),
    group("Attached", of("problems", "terminal", "conversation", "url", "image", "text")),
    group("Looked at", of("tool")),
    group("Messages", of("message", "history", "summary")),
    group("Rules", of("system", "rule")),
    group("Patterns", of("pattern")),
    group("Left out", receipt.leftOut, receipt.leftOutMore),
  ].filter((found) => found.items.length + found.more > 0);
}

/** "Remembered 3 · Code 4 · Messages 6", the receipt in one line but for its tokens. */
export function receiptCounts(receipt: Receipt): string {
  return receiptGroups(receipt)
    .filter(({ name }) => name !== "Rules" && name !== "Patterns" && name !== "Left out")
    .map((group) => `${group.name} ${count(group.count)}`)
    .join(" · ");
}

/** What was recalled for it, and what was left out: their texts are asked for by these ids. */
export function recalledIds({ included, leftOut }: Receipt): string[] {
  return [...included, ...leftOut].flatMap(({ memory }) => (memory === undefined ? [] : [memory.id]));
}

/** ":10–24", or nothing without lines. */
export function lineRange(startLine: number | undefined, endLine: number | undefined): string {
  if (startLine === undefined) return "";
  return endLine === undefined || endLine === startLine ? `:${startLine}` : `:${startLine}–${endLine}`;
}

/** Numbers as people write them: 1,204. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

export function clock(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? ""
    : date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** The time of the last day, else the date. */
export function shortTime(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const isRecent = Date.now() - date.getTime() < 86_400_000;
  return isRecent ? clock(at) : date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** "12 s", "2 min 5 s". */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
