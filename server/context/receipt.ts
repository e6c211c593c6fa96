import type { ModelMessage } from "../llm/languageModel.ts";
import type { ContextItem, Receipt } from "../protocol/events.ts";
import { countRedactions } from "../util/redaction.ts";
import type { ContextRequest } from "./contextRequest.ts";
import type { Recalled } from "./recaller.ts";
import type { Required } from "./required.ts";
import { roomOf } from "./room.ts";
import type { Missing } from "./sources/attachmentReader.ts";
import type { Part } from "./sources/part.ts";
import { mutedItems } from "./sources/recalled.ts";
import type { Fit } from "./tokenBudget.ts";

/** What was left out is named up to here, and counted beyond. */
export const LEFT_OUT_SHOWN = 50;
/** So are earlier exchanges that went along: with a large window each answer of a long conversation takes hundreds. */
export const EXCHANGES_SHOWN = 20;

export interface Outcome {
  readonly required: Required;
  readonly fitted: Fit<Part>;
  readonly missing: readonly Missing[];
  readonly recalled: Recalled;
  readonly sent: readonly ModelMessage[];
}

/** What went in and what did not: what the user named first, then what was refused, then the best that had no room. */
export function receiptOf({ model }: ContextRequest, { required, fitted, missing, recalled, sent }: Outcome): Receipt {
  const included = [
    ...required.items,
    ...withFewExchanges(fitted.chosen.map(({ candidate, tokens }) => ({ ...candidate.item(), tokens }))),
  ];
  const named = [...missing.map(missingItem), ...required.leftOut, ...unrecalled(recalled)].slice(0, LEFT_OUT_SHOWN);
  const best = fitted.left.slice(0, LEFT_OUT_SHOWN - named.length).map(leftOutItem);
  const leftOut = [...named, ...best];
  return {
    model: model.name,
    budgetTokens: roomOf(model).budgetTokens,
    usedTokens: included.reduce((total, { tokens }) => total + tokens, 0),
    included,
    leftOut,
    leftOutMore:
      missing.length +
      required.leftOut.length +
      unrecalled(recalled).length +
      fitted.left.length +
      fitted.leftMore -
      leftOut.length,
    redacted: countRedactions(sent.map(({ content }) => content).join("\n")),
  };
}

function withFewExchanges(items: readonly ContextItem[]): ContextItem[] {
  const more = new Set(items.filter(({ source }) => source === "history").slice(EXCHANGES_SHOWN));
  if (more.size < 2) return [...items];
  const tokens = [...more].reduce((total, item) => total + item.tokens, 0);
  const label = `${more.size} more earlier messages`;
  const rest: ContextItem = { source: "history", label, tokens, why: "earlier", count: more.size };
  return [...items.filter((item) => !more.has(item)), rest];
}

function leftOutItem({ candidate, tokens, why }: Fit<Part>["left"][number]): ContextItem {
  const item = candidate.item();
  const what = candidate.group === "memory" ? "what is remembered" : item.source;
  return { ...item, tokens, why: why === "budget" ? "no room was left" : `${what} reached its share of the room` };
}

function missingItem({ attachment, source, label, why }: Missing): ContextItem {
  return { source, label, tokens: 0, why, attachment, missing: true };
}

/** What memory would have given, and what hindered it. */
function unrecalled({ result, trouble }: Recalled): ContextItem[] {
  const hindered = (label: string, why: string): ContextItem => ({ source: "memory", label, tokens: 0, why });
  return [
    ...(trouble === undefined ? [] : [hindered("What is remembered", trouble)]),
    ...(result.lexicalOnly === undefined ? [] : [hindered("What is remembered by its meaning", result.lexicalOnly)]),
    ...mutedItems(result),
  ];
}
