import { stem, termsOf, wordsOf } from "../../util/terms.ts";
import { ASKS_FOR, type FileKind } from "./paths.ts";

/** What a search looks for. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  /** Terms of words that stand next to each other. */
  readonly pairs: readonly (readonly [QueryTerm, QueryTerm])[];
  /** Terms of the area that stands before a colon: "router" in "fix(router): keep the hash" and in "router: keep the hash". */
  readonly scope: ReadonlySet<string>;
  /** Kinds of files that it asks for, which then are no worse than others. */
  readonly wants: ReadonlySet<FileKind>;
}

export interface QueryTerm {
  readonly term: string;
  readonly weight: number;
}

/** Reads a question, a commit's subject or a few words. Words that only make a question count only when there are no others. */
export function parseQuery(text: string): Query {
  const { kind, scope, rest } = scoped(text.slice(0, MAX_QUERY_LENGTH).replace(REFERENCES, " "));
  const words = `${scope} ${rest}`.match(/\S+/g) ?? [];
  const telling = words.filter((word) => !STOP_WORDS.has(word.toLowerCase().replace(PUNCTUATION, "")));
  const weights = new Map<string, number>();
  const parts: string[] = [];
  for (const word of (telling.length > 0 ? telling : words).flatMap(wordsOf)) {
    const terms = termsOf(word);
    for (const [i, term] of terms.entries()) {
      const weight = GENERIC_VERBS.has(term) ? GENERIC : i > 0 ? PART : 1;
      if (weights.size < MAX_TERMS || weights.has(term)) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
    }
    parts.push(...(terms.length > 1 ? terms.slice(1) : terms));
  }
  const terms = Array.from(weights, ([term, weight]) => ({ term, weight }));
  return {
    terms,
    pairs: pairsOf(parts, terms),
    scope: new Set(wordsOf(scope).flatMap(termsOf)),
    wants: wantedKinds([kind, ...weights.keys()]),
  };
}

function pairsOf(parts: readonly string[], terms: readonly QueryTerm[]): [QueryTerm, QueryTerm][] {
  const byTerm = new Map(terms.map((term) => [term.term, term]));
  return parts.slice(1).flatMap((part, i) => {
    const left = byTerm.get(parts[i] ?? "");
    const right = byTerm.get(part);
    return left && right && left !== right ? [[left, right] as [QueryTerm, QueryTerm]] : [];
  });
}

function wantedKinds(terms: readonly string[]): ReadonlySet<FileKind> {
  const kinds = Object.keys(ASKS_FOR) as FileKind[];
  return new Set(kinds.filter((kind) => terms.some((term) => ASKS_FOR[kind].test(term))));
}

/**
 * The area that a commit's subject, or a question in its manner, names before a colon: Conventional Commits' scope, or the
 * path or package of other conventions. Of the kind of a conventional commit only "test", "docs" and "build" say something.
 */
function scoped(text: string): { readonly kind: string; readonly scope: string; readonly rest: string } {
  const conventional =
    /^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test|types|dx|deps)(?:\(([^()]+)\))?!?:\s*(.*)$/is.exec(
      text,
    );
  if (conventional !== null)
    return { kind: conventional[1] ?? "", scope: conventional[2] ?? "", rest: conventional[3] ?? "" };
  const [, scope, rest] = /^([^\s:][^:\n]{0,50}):\s+(\S.*)$/s.exec(text) ?? [];
  return scope !== undefined && scope.split(/\s+/).length <= 3
    ? { kind: "", scope, rest: rest ?? "" }
    : { kind: "", scope: "", rest: text };
}

/** Numbers of issues: "(#123)", "GH-123". */
const REFERENCES = /\(?(?:#|\bgh-|\bbpo-)\d+\)?:?/gi;

const GENERIC = 0.35;
const PART = 0.6;
/** A pasted log is a query, too; what it is about stands at its beginning. */
const MAX_QUERY_LENGTH = 10_000;
/** Keeps a search of 100,000 chunks under 100 ms. */
const MAX_TERMS = 64;

/** Around a word, and the apostrophe inside it. */
const PUNCTUATION = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$|['’]/gu;

/** Words that make a sentence, not what it is about. What code is named after ("get", "all", "between", "first") is not here. */
const STOP_WORDS = new Set(
  (
    "a about again also am an and anyone are arent as at be because been being but by can cant could couldnt did do does doesnt doing " +
    "dont else etc explain for from had happen happens has have having he hello hey hi how i if ill im in into is isnt it its ive just " +
    "kind lets like look me mean means much my need no nor now of on or other our ours own please she should shouldnt so some such tell " +
    "than thank thanks that thats the their them then there these they thing things this those to too us very want was we were what whats " +
    "when where wheres which while who whom whose why will with wont work works would you your"
  ).split(" "),
);

/** Weights of generic verbs and of the parts of a compound: docs/search.md. */
const GENERIC_VERBS = new Set(
  (
    "add fix update change remove implement support handle create " +
    // Said in passing, although code is named after some of them.
    "only before after more most all any each other same use show need not no really still just even already " +
    // Languages name nothing in a file written in them.
    "python javascript typescript java golang rust ruby php kotlin swift"
  )
    .split(" ")
    .map(stem),
);
