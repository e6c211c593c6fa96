import type { Turn } from "../../protocol/transcript.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { firstLines } from "./cut.ts";
import { type Part, TOKENS_PER_MESSAGE } from "./part.ts";

/** The last exchange is worth most; older ones fade. A long answer is cut, so that it cannot crowd out the rest. */
export function historyParts(history: readonly Turn[], room: number, tokenizer: Tokenizer): Part[] {
  return history
    .filter((turn) => turn.kind === "chat" || turn.text !== "")
    .map((turn, index, all) => {
      const age = all.length - 1 - index;
      const cut = firstLines(turn.text, Math.floor(room * 0.25), tokenizer).text;
      const shown = { ...turn, text: cut };
      const tokens = tokenizer.count(turn.accepted.content) + tokenizer.count(cut) + 2 * TOKENS_PER_MESSAGE;
      const item = {
        source: "history" as const,
        label: quote(turn.accepted.content),
        turnId: turn.accepted.turnId,
        why: age === 0 ? "just before" : "earlier in this conversation",
      };
      return { item, turn: shown, group: "history", value: age === 0 ? 0.98 : 0.7 / (1 + age / 4), tokens };
    });
}

function quote(content: string): string {
  const line = content.trim().split("\n", 1)[0] ?? "";
  return line.length > 60 ? `“${line.slice(0, 59)}…”` : `“${line}”`;
}
