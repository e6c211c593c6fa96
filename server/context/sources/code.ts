import type { SearchHit } from "../../protocol/requests.ts";
import { codeBlock } from "../prompt.ts";
import type { Tokenizer } from "../tokenizer.ts";
import type { Part } from "./part.ts";

/** Code that the index found. */
export function codeParts(hits: readonly SearchHit[], tokenizer: Tokenizer): Part[] {
  return hits.map((hit) => {
    const label = `${hit.label}:${hit.startLine}-${hit.endLine}`;
    const text = codeBlock(label, hit.text);
    const location = { path: hit.path, startLine: hit.startLine, endLine: hit.endLine };
    const item = { source: "code" as const, label, why: "matches your words", score: hit.score, location };
    return { item, text, hit, group: "code", value: 0.9 * hit.score, tokens: tokenizer.count(text) };
  });
}

/** Code that stands in what was sent along is not sent twice; the rest of a long open file still counts. */
export function withoutShown(hits: readonly SearchHit[], attached: readonly Part[]): SearchHit[] {
  return hits.filter((hit) => {
    return !attached.some(({ item: { location } }) => {
      const { path, startLine, endLine } = location ?? { path: "", startLine: 0, endLine: 0 };
      return path === hit.path && startLine <= hit.startLine && hit.endLine <= endLine;
    });
  });
}
