import { stem, type Tokenize } from "./tokenizer.ts";

/** The terms to search for, each with its weight; without the words that only make a question, unless nothing else is left. */
export function queryTerms(query: string, tokenize: Tokenize): Map<string, number> {
  const words = query.slice(0, MAX_QUERY_LENGTH).match(/\S+/g) ?? [];
  const telling = words.filter((word) => !STOP_WORDS.has(word.toLowerCase().replace(PUNCTUATION, "")));
  const weights = new Map<string, number>();
  for (const word of telling.length > 0 ? telling : words) {
    const terms = tokenize(word);
    for (const [i, term] of terms.entries()) {
      const weight = GENERIC_VERBS.has(term) ? 0.35 : terms.length > 1 && i > 0 ? 0.6 : 1;
      if (weights.size < MAX_TERMS || weights.has(term)) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
    }
  }
  return weights;
}

/** A pasted log is a query, too; what it is about stands at its beginning. */
const MAX_QUERY_LENGTH = 10_000;
/** Keeps a search of 100,000 chunks under 100 ms. */
const MAX_TERMS = 64;

/** Around a word, and the apostrophe inside it. */
const PUNCTUATION = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$|['’]/gu;

const STOP_WORDS = new Set(
  (
    "a about above after again all also am an and any anyone are arent as at be because been before being below between both " +
    "but by can cant could couldnt did do does doesnt doing dont down during each else etc explain few find for from further " +
    "get give had happen happens has have having he hello help here hey hi how i if ill im in into is isnt it its ive just " +
    "kind let lets like look made make many me mean means more most much my need no nor not now of off on once only or other " +
    "our ours out over own please same see shall she should show since so some such tell than thank thanks that thats the " +
    "their them then there these they thing things this those through to too under until up us use used uses using very want " +
    "was we were what whats when where wheres which while who whom whose why will with wont work works would you your"
  ).split(" "),
);

/** Weights of generic verbs and of the parts of a compound: memory.md, "Code retrieval". */
const GENERIC_VERBS = new Set(
  ["add", "fix", "update", "change", "remove", "implement", "support", "handle", "create"].map(stem),
);
