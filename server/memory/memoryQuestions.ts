import { isRecalled, type Memory } from "../protocol/memory.ts";

/** A question that a stored fact answers. */
export interface MemoryQuestion {
  readonly id: string;
  readonly question: string;
}

/**
 * Asks for some of the facts, taken evenly over them: by a question where a rule makes one of the statement, else by those of
 * its words that the fewest others have. Never by all of its words: finding the same text again would prove nothing.
 */
export function memoryQuestions(memories: readonly Memory[], count: number): MemoryQuestion[] {
  const facts = memories.filter(isRecalled);
  const holders = countHolders(facts);
  const asked = new Set<string>();
  return evenly(facts, count).map(({ id, text }) => {
    const made = questionOf(text);
    const question = made === undefined || asked.has(made) ? cue(text, holders) : made;
    asked.add(question);
    return { id, question };
  });
}

/** The question that the statement answers, without the answer in it; undefined when no rule knows one. */
export function questionOf(statement: string): string | undefined {
  const text = statement
    .replace(/\s+/g, " ")
    .replace(/[.!]+$/, "")
    .trim();
  if (text.length > 200 || /[?;:\n]|\. /.test(text)) return undefined;
  for (const [pattern, ask] of RULES) {
    const match = pattern.exec(text);
    if (match !== null) return ask(lowered(match[1] ?? ""), match[2] ?? "");
  }
  return undefined;
}

const TIME =
  "(?:on|every|at|in|until|before|after) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|\\d[\\d:.-]*)";

/** In this order; the first that fits asks. */
const RULES: readonly (readonly [RegExp, (first: string, second: string) => string])[] = [
  [/^(.+?),? because (?:of )?.+$/i, (what) => `Why is it that ${what}?`],
  [new RegExp(`^(we|i|they) (.+?) ${TIME}\\b.*$`, "i"), (who, what) => `When do ${who} ${what}?`],
  [new RegExp(`^(.+?) (?:is|are|happens?|takes? place) ${TIME}\\b.*$`, "i"), (what) => `When is ${what}?`],
  [/^(?:we|i) use (?:.+?) (?:for|to) (.+)$/i, (purpose) => `What is used for ${purpose}?`],
  [
    /^(.+?) (?:lives?|stands?|is kept|are kept|is stored|are stored|belongs?) (?:in|under|at) .+$/i,
    (what) => `Where is ${what}?`,
  ],
  [/^(?:we|i|the user) prefers? (?:.+?) (?:over|to|instead of) (.+)$/i, (other) => `What is preferred to ${other}?`],
  [/^(.+?) (?:is|are) called .+$/i, (what) => `What is the name of ${what}?`],
  [/^(.{3,80}?) (is|are|was|were) .+$/i, (what, verb) => `What ${verb} ${what}?`],
];

/** The first word of a sentence, as it stands inside of one. Names and abbreviations stay. */
function lowered(text: string): string {
  return /^(?:The|A|An|Our|My|We|They|All|Each|Every|This|These)\b/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

/** In how many facts each word stands. */
function countHolders(facts: readonly Memory[]): Map<string, number> {
  const holders = new Map<string, number>();
  for (const { text } of facts) {
    for (const word of new Set(wordsIn(text))) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  return holders;
}

/** The rarest half of its words, four at most, in another order than they stand there. */
function cue(text: string, holders: ReadonlyMap<string, number>): string {
  const words = [...new Set(wordsIn(text))].filter((word) => word.length > 3 || /\d/.test(word));
  const rarest = [...words].sort((a, b) => (holders.get(a) ?? 0) - (holders.get(b) ?? 0) || b.length - a.length);
  const few = rarest.slice(0, Math.min(4, Math.max(1, Math.ceil(words.length / 2))));
  return `What about ${few.length === 0 ? text.slice(0, 40) : few.sort().join(", ")}?`;
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:[_./-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
}

function evenly<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]).filter(
    (one) => one !== undefined,
  );
}
