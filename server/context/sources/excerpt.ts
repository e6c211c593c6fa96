/** The part of a text in which most of a question's words stand, at most `most` characters, cut at white space. */
export function excerpt(text: string, question: string, most: number): string {
  if (text.length <= most) return text;
  const words = new Set(question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? []);
  const looked = text.toWellFormed();
  const places = [...looked.toLowerCase().matchAll(/[\p{L}\p{N}_]{3,}/gu)]
    .filter(([word]) => words.has(word))
    .map(({ index }) => index);
  const start = wordStart(looked, Math.max(0, bestStart(places, most) - LEAD_CHARACTERS));
  const end = wordEnd(looked, start + most);
  return `${start > 0 ? "…" : ""}${looked.slice(start, end).trim()}${end < text.length ? "…" : ""}`;
}

/** What stands before the first word that was found. */
const LEAD_CHARACTERS = 60;

function bestStart(places: readonly number[], most: number): number {
  let best = 0;
  let bestCount = 0;
  for (let from = 0, to = 0; from < places.length; from++) {
    const start = places[from] ?? 0;
    while (to < places.length && (places[to] ?? 0) < start + most - LEAD_CHARACTERS) to++;
    if (to - from <= bestCount) continue;
    best = start;
    bestCount = to - from;
  }
  return best;
}

function wordStart(text: string, near: number): number {
  const blank = text.slice(near, near + LEAD_CHARACTERS).search(/\s/);
  return near === 0 || blank < 0 ? near : near + blank + 1;
}

function wordEnd(text: string, near: number): number {
  if (near >= text.length) return text.length;
  const blank = text.lastIndexOf(" ", near);
  return blank > near - LEAD_CHARACTERS ? blank : near;
}
