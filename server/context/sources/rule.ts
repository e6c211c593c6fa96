import type { ContextItem } from "../../protocol/events.ts";
import { codeFence } from "../../util/markdown.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { firstLines } from "./cut.ts";
import { LABEL_TOKENS, TOKENS_PER_JOINT } from "./part.ts";

/** A file with rules of the project that applies to what is asked. Its text holds no secret. */
export interface Rule {
  readonly path: string;
  readonly label: string;
  /** Why it applies, in words. */
  readonly why: string;
  readonly text: string;
}

export interface FittedRules {
  /** "" without any. */
  readonly text: string;
  readonly items: readonly ContextItem[];
  readonly leftOut: readonly ContextItem[];
}

const HEADING = `These are the rules of the user's project. Follow them unless the user's message says otherwise. The project's rules go before what is remembered from earlier conversations.`;

/** As many of the rules as fit, in the order given, the last one cut after a whole line; what does not fit is said. */
export function fitRules(rules: readonly Rule[], roomTokens: number, tokenizer: Tokenizer): FittedRules {
  const texts: string[] = [];
  const items: ContextItem[] = [];
  const leftOut: ContextItem[] = [];
  let left = roomTokens - tokenizer.count(HEADING) - TOKENS_PER_JOINT;
  for (const rule of rules) {
    const { text, lines, cut } = firstLines(rule.text, left - LABEL_TOKENS, tokenizer);
    const location = { path: rule.path, startLine: 1, endLine: Math.max(1, lines) };
    const item = { source: "rule" as const, label: rule.label, location };
    const block = `${rule.label}:\n${codeFence(text, "markdown")}`;
    const heading = items.length === 0 ? tokenizer.count(HEADING) + TOKENS_PER_JOINT : 0;
    const tokens = tokenizer.count(block) + TOKENS_PER_JOINT;
    if (text.trim() === "" || tokens > left) {
      leftOut.push({
        ...item,
        tokens: Math.ceil(rule.text.length / 4),
        why: "rules had taken their share of the room",
      });
      continue;
    }
    texts.push(block);
    left -= tokens;
    const why = cut ? `${rule.why}; its first ${lines} lines, there was no room for more` : rule.why;
    items.push({ ...item, tokens: tokens + heading, why });
  }
  return { text: texts.length === 0 ? "" : [HEADING, ...texts].join("\n\n"), items, leftOut };
}
