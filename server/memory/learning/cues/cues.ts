/**
 * What tells a lasting statement from talk, in one language. Each entry is a pattern of whole words: a space stands for any
 * blanks, ` ?` for some or none, `|` for or. They are matched without regard to case and to the form of apostrophes.
 */
export interface Cues {
  /** The commonest words, which say what language it is and nothing about a subject. */
  readonly stopWords: string;
  /** Greetings, politeness, interjections at the beginning; they are taken off. */
  readonly openings: string;
  /** "remember that", "note:", "from now on". What follows is a statement that is to be kept. */
  readonly explicit: string;
  /** Words that a question without a question mark begins with. */
  readonly asks: string;
  readonly hedges: string;
  readonly sarcasm: string;
  /** Somebody else's taste or claim. */
  readonly others: string;
  /** What is so right now and tells nothing about tomorrow. */
  readonly passing: string;
  /** Something does not work, or somebody is surprised: a report of what was just seen. */
  readonly trouble: string;
  /** Verbs of requests, at the beginning. */
  readonly requests: string;
  /** What makes a request one for all times: "always", "every", "unless". */
  readonly general: string;
  /** What must be, must not be, or always is. */
  readonly norms: string;
  readonly decisions: string;
  /** "we use", "our … is". */
  readonly habits: string;
  readonly preferences: string;
  readonly tasks: string;
  /** How something is: "lives in", "runs on", "is". */
  readonly states: string;
  /** Something is other than before. */
  readonly changes: string;
  /** It was wrong, and this is how it is. */
  readonly corrections: string;
  /** "as said", "reminder". */
  readonly restated: string;
  /** A clear yes to what was just said. */
  readonly confirmations: string;
  /** "in every language", "for all my projects". */
  readonly everywhere: string;
  /** Months, days of the week, "deadline", "until". */
  readonly dates: string;
}

export type CueName = keyof Cues;
export type Matcher = Readonly<Record<CueName, RegExp>>;

/** `^` binds to the beginning. */
const AT_START: ReadonlySet<CueName> = new Set(["openings", "asks", "requests"]);

export function matcherOf(cues: Cues): Matcher {
  const compiled: Partial<Record<CueName, RegExp>> = {};
  for (const name of Object.keys(cues) as CueName[]) compiled[name] = compile(cues[name], AT_START.has(name));
  return compiled as Matcher;
}

function compile(words: string, atStart: boolean): RegExp {
  const pattern = words
    .trim()
    .split("\n")
    .map((line) => line.trim().replace(/ \?/g, "\\s*").replace(/ /g, "\\s+"))
    .join("|");
  return new RegExp(
    `${atStart ? "^" : "(?:(?<![\\p{L}\\p{N}_-])|(?=[^\\p{L}\\p{N}\\s]))"}(?:${pattern})(?![\\p{L}\\p{N}_])`,
    "iu",
  );
}
