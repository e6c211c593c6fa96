import type { ContextItem } from "../../protocol/events.ts";
import type { SearchHit } from "../../protocol/requests.ts";
import { once } from "../../util/once.ts";
import { codeBlock } from "../prompt.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { LABEL_TOKENS, type Part, TOKENS_PER_JOINT } from "./part.ts";

/** Longer than any piece that the index makes. */
const MAX_CHARACTERS = 20_000;

/** Code that the index found. */
export function codeParts(hits: readonly SearchHit[], tokenizer: Tokenizer): Part[] {
  return hits.map((hit) => {
    const text = once(() => codeBlock(labelOf(hit), hit.text.slice(0, MAX_CHARACTERS).toWellFormed()));
    return {
      item: () => itemOf(hit),
      text,
      hit,
      group: "code",
      value: 0.9 * hit.score,
      cost: { length: hit.text.length + LABEL_TOKENS, count: () => tokenizer.count(text()) + TOKENS_PER_JOINT },
    };
  });
}

function labelOf({ label, startLine, endLine }: SearchHit): string {
  return `${label}:${startLine}-${endLine}`;
}

function itemOf(hit: SearchHit): ReturnType<Part["item"]> {
  const { path, startLine, endLine, score } = hit;
  const location = { path, startLine, endLine };
  return { source: "code", label: labelOf(hit), why: "matches your words", score, location };
}

/** Code that stands in what is sent anyway is not sent twice; the rest of a long open file still counts. */
export function withoutShown(
  hits: readonly SearchHit[],
  sent: readonly Pick<ContextItem, "location">[],
): readonly SearchHit[] {
  const shown = sent.flatMap(({ location }) => location ?? []);
  return hits.filter(
    (hit) =>
      !shown.some(
        ({ path, startLine, endLine }) => path === hit.path && startLine <= hit.startLine && hit.endLine <= endLine,
      ),
  );
}
