/** A stretch of a message that may ask for something by itself. Places are those of the text. */
export interface Clause {
  readonly start: number;
  readonly end: number;
  /** What is between it and the clause before. */
  readonly joint: "start" | "sentence" | "comma" | "and";
}

/** The clauses of a text in which what is quoted was covered. Whoever reads them joins what belongs together. */
export function clausesOf(covered: string): Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  let joint: Clause["joint"] = "start";
  const add = (end: number) => {
    if (covered.slice(start, end).trim() !== "") clauses.push({ start, end, joint });
  };
  for (const match of covered.matchAll(JOINT)) {
    if (match.index < start) continue;
    const { stop, comma } = match.groups ?? {};
    // A question mark belongs to its question.
    add(stop === undefined ? match.index : match.index + stop.length);
    start = match.index + match[0].length;
    if (stop !== undefined || match[0].includes("\n")) joint = "sentence";
    else joint = comma === undefined ? "and" : "comma";
  }
  add(covered.length);
  return clauses;
}

const AND =
  "(?:and then|and also|and|then|but|plus|also|und dann|und|dann|aber|sowie|et puis|et|puis|mais|y luego|y|luego|pero|e poi|e depois|e|poi|ma|mas|en dan|en|maar|а потом|и|а|но|потом)";

/** A full stop counts only before a space: "parse.ts" has none. */
const JOINT = new RegExp(
  [
    `(?<stop>(?:[.!?…]+["')\\]]*(?=\\s))|[。！？]+)\\s*`,
    `\\s*\\n\\s*`,
    `\\s*;\\s+`,
    `(?<comma>,)\\s+(?:${AND}\\s+)?|(?<=\\s)[–—-]\\s+|[—、，]\\s*`,
    `\\s+(?:${AND}|[+&])(?=\\s)\\s+`,
  ].join("|"),
  "gu",
);
