import type { ContextItem } from "../../protocol/events.ts";
import { codeFence } from "../../util/markdown.ts";
import type { AppliedRules } from "../../workspace/rules.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { firstLines } from "./cut.ts";
import { LABEL_TOKENS, TOKENS_PER_JOINT } from "./part.ts";

export interface FittedRules {
  /** "" without any. */
  readonly text: string;
  readonly items: readonly ContextItem[];
  readonly leftOut: readonly ContextItem[];
}

const HEADING = `These are the rules of the user's project. Follow them unless the user's message says otherwise. The project's rules go before what is remembered from earlier conversations.`;

/** As many of the rules as fit, in the order given, one of them cut after a whole line; what does not fit is said. */
export function fitRules({ rules, refused }: AppliedRules, roomTokens: number, tokenizer: Tokenizer): FittedRules {
  const texts: string[] = [];
  const items: ContextItem[] = [];
  const leftOut: ContextItem[] = refused.map(({ label, why }) => ({ source: "rule", label, tokens: 0, why }));
  let left = roomTokens - tokenizer.count(HEADING) - TOKENS_PER_JOINT;
  let isFull = false;
  for (const rule of rules) {
    const { text, lines, cut } = firstLines(rule.text, left - LABEL_TOKENS, tokenizer);
    const location = { path: rule.path, startLine: rule.startLine, endLine: rule.startLine + Math.max(0, lines - 1) };
    const item = { source: "rule" as const, label: rule.label, location };
    const block = `${rule.label}:\n${codeFence(text, "markdown")}`;
    const heading = items.length === 0 ? tokenizer.count(HEADING) + TOKENS_PER_JOINT : 0;
    const tokens = tokenizer.count(block) + TOKENS_PER_JOINT;
    if (text.trim() === "" || tokens > left || (cut && isFull)) {
      leftOut.push({
        ...item,
        tokens: Math.ceil(rule.text.length / 4),
        why: "rules had taken their share of the room",
      });
      continue;
    }
    isFull ||= cut;
    texts.push(block);
    left -= tokens;
    const why = cut ? `${rule.why}; its first ${lines} lines, there was no room for more` : rule.why;
    items.push({ ...item, tokens: tokens + heading, why });
  }
  return { text: texts.length === 0 ? "" : [HEADING, ...texts].join("\n\n"), items, leftOut };
}
