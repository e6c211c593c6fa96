import { wordsOf } from "../find.ts";

/** Where the words stand in an element, also across the elements within it. */
export function rangesOf(element: Element, query: string): Range[] {
  const words = wordsOf(query);
  if (words === undefined) return [];
  const texts = textNodes(element);
  const whole = texts.map(({ data }) => data).join("");
  return Array.from(whole.matchAll(words), ({ index, 0: found }) => rangeOver(texts, index, index + found.length));
}

/** Colours the places without touching the page's elements. */
export function paint(all: readonly Range[], current: Range | undefined): void {
  CSS.highlights.set("found", new Highlight(...all));
  CSS.highlights.set("found-current", new Highlight(...(current === undefined ? [] : [current])));
}

export function unpaint(): void {
  CSS.highlights.delete("found");
  CSS.highlights.delete("found-current");
}

function textNodes(element: Element): Text[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

function rangeOver(texts: readonly Text[], start: number, end: number): Range {
  const range = new Range();
  let offset = 0;
  for (const text of texts) {
    const next = offset + text.length;
    if (start >= offset && start < next) range.setStart(text, start - offset);
    if (end > offset && end <= next) {
      range.setEnd(text, end - offset);
      break;
    }
    offset = next;
  }
  return range;
}
