import type { Block } from "../protocol/edits.ts";
import { bare } from "./lines.ts";

/** A comment of nothing but dots and what they stand for: "// ... existing code ...", "# … rest of the function". */
const ELISION =
  /^(?:\/\/|#|--|;|\/\*|<!--|\{\/\*|%)\s*(?:\.{3}|…)\s*(?:\(?\b(?:the\s+)?(?:rest|existing|unchanged|remaining|same|other|previous|keep)\b.*)?(?:\.{3}|…)?\s*(?:\*\/\}?|-->)?$/i;

/** Whether the replacement leaves something out that the search does not, so that code would be lost. */
export function isElided({ search, replace }: Block): boolean {
  const kept = new Set(search.split(/\r\n|\n|\r/).map(bare));
  return replace.split(/\r\n|\n|\r/).some((line) => {
    const text = bare(line);
    return (
      /\.{3}|…/.test(text) &&
      /rest|exist|unchanged|remain|same|other|previous|keep/i.test(text) &&
      ELISION.test(text) &&
      !kept.has(text)
    );
  });
}
