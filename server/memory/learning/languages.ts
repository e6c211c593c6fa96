import { type Cues, type Matcher, matcherOf } from "./cues/cues.ts";
import { dutch } from "./cues/dutch.ts";
import { english } from "./cues/english.ts";
import { french } from "./cues/french.ts";
import { german } from "./cues/german.ts";
import { italian } from "./cues/italian.ts";
import { portuguese } from "./cues/portuguese.ts";
import { russian } from "./cues/russian.ts";
import { spanish } from "./cues/spanish.ts";

const tables = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  ru: russian,
  pt: portuguese,
  it: italian,
  nl: dutch,
} satisfies Record<string, Cues>;

export type Language = keyof typeof tables;

/** The words of all languages that say nothing about a subject. */
export const stopWords: ReadonlySet<string> = new Set(Object.values(tables).flatMap(stopWordsOf));

const ownStopWords = Object.entries(tables).map(([language, cues]) => ({
  language: language as Language,
  words: new Set(stopWordsOf(cues)),
}));

/** The language with most of its commonest words in the text; English when none stands out. */
export function languageOf(text: string): Language {
  if (/\p{Script=Cyrillic}{3}/u.test(text)) return "ru";
  const words =
    text
      .toLowerCase()
      .replace(/[’‘]/g, "'")
      .match(/[\p{L}']+/gu) ?? [];
  let best: Language = "en";
  let most = words.filter((word) => ownStopWords[0]?.words.has(word)).length;
  for (const { language, words: own } of ownStopWords.slice(1)) {
    const count = words.filter((word) => own.has(word)).length;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}

const matchers = new Map<Language, Matcher>();

/** The cues of a language, compiled when they are needed first. */
export function cuesOf(language: Language): Matcher {
  let matcher = matchers.get(language);
  if (matcher === undefined) {
    matcher = matcherOf(tables[language]);
    matchers.set(language, matcher);
  }
  return matcher;
}

function stopWordsOf({ stopWords: words }: Cues): string[] {
  return words.split(/[|\s]+/).filter((word) => word !== "");
}
