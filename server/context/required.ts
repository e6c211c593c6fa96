import type { ContextItem } from "../protocol/events.ts";
import { labelOf } from "../protocol/modelLabel.ts";
import type { Turn } from "../protocol/transcript.ts";
import { DuckError } from "../util/errors.ts";
import type { AppliedRules } from "../workspace/rules.ts";
import type { ContextRequest } from "./contextRequest.ts";
import { CONTINUE_PROMPT, systemPrompt } from "./prompt.ts";
import { lastExchange } from "./sources/history.ts";
import { type Exchange, TOKENS_PER_JOINT, TOKENS_PER_MESSAGE } from "./sources/part.ts";
import { fitRules } from "./sources/rule.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What must go in, and what of it did not fit. */
export interface Required {
  readonly items: readonly ContextItem[];
  readonly leftOut: readonly ContextItem[];
  readonly tokens: number;
  readonly system: string;
  /** The exchange directly before. */
  readonly last?: Exchange;
}

export interface RequiredSources {
  readonly rules: AppliedRules;
  /** The turn directly before. */
  readonly last: Turn | undefined;
  readonly withMemory: boolean;
  readonly tokenizer: Tokenizer;
}

/** What the list of tools is called in the receipt. */
export const TOOLS_LABEL = "Tools";
/** Of the room beside system and message. */
const RULES_SHARE = 0.25;
/** The beginning of the answer that every request ends with (OpenAI's cookbook: 3), and joints. */
const FRAMING_TOKENS = 8;

/**
 * Sets aside what goes in whatever else there is: the instructions, the user's message, the project's rules up to their share,
 * the exchange directly before, cut if it must be. Throws DuckError contextTooLong when not even the first two fit.
 */
export function requiredOf(request: ContextRequest, budgetTokens: number, sources: RequiredSources): Required {
  const { tokenizer } = sources;
  const withTools = request.tools !== undefined;
  const general = systemPrompt(request.options, { withTools, withMemory: sources.withMemory });
  const instructions = request.instructions === undefined ? general : `${general}\n\n${request.instructions}`;
  const asked = [...systemItems(request, instructions, tokenizer), messageItem(request, tokenizer)];
  const free = budgetTokens - sum(asked);
  if (free < 0) throw tooLong(request, sum(asked), budgetTokens);
  const rules = fitRules(sources.rules, Math.floor(free * RULES_SHARE), tokenizer);
  const last = sources.last && lastExchange(sources.last, free - sum(rules.items), tokenizer);
  const items = [...asked.slice(0, -1), ...rules.items, ...asked.slice(-1), ...(last ? [last.item] : [])];
  return {
    items,
    leftOut: rules.leftOut,
    tokens: sum(items),
    system: rules.text === "" ? instructions : `${instructions}\n\n${rules.text}`,
    ...(last && { last }),
  };
}

function systemItems(request: ContextRequest, instructions: string, tokenizer: Tokenizer): ContextItem[] {
  const system: ContextItem = {
    source: "system",
    label: "Instructions",
    tokens: tokenizer.count(instructions) + TOKENS_PER_MESSAGE + FRAMING_TOKENS,
    why: "tells the model who it is",
  };
  if (request.tools === undefined) return [system];
  const tools: ContextItem = {
    source: "system",
    label: TOOLS_LABEL,
    tokens: tokenizer.count(JSON.stringify(request.tools)),
    why: "what the model may look at by itself",
  };
  return [system, tools];
}

function messageItem({ question, continues }: ContextRequest, tokenizer: Tokenizer): ContextItem {
  const continued =
    continues === undefined
      ? 0
      : tokenizer.count(continues) + tokenizer.count(CONTINUE_PROMPT) + 2 * TOKENS_PER_MESSAGE;
  return {
    source: "message",
    label: "Your message",
    tokens: tokenizer.count(question) + continued + TOKENS_PER_MESSAGE + TOKENS_PER_JOINT,
    why: "what you asked",
  };
}

function tooLong({ model }: ContextRequest, needed: number, budget: number): DuckError {
  return new DuckError(
    "contextTooLong",
    `The message takes about ${needed} tokens, and ${labelOf(model.name)} has room for ${budget}. Shorten it, or ask about a file instead of pasting it.`,
  );
}

function sum(items: readonly { readonly tokens: number }[]): number {
  return items.reduce((total, { tokens }) => total + tokens, 0);
}
