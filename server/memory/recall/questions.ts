/** Whether a time is what the question wants to know. */
export function asksForTime(question: string): boolean {
  return ASKS_FOR_TIME.test(question);
}

/**
 * What the answer to a question would begin like: "When did Ada go to Rome?" becomes "I go to Rome". An encoder of sentences
 * finds a statement by a statement better than by a question (on conversations between two people: +1.7 points of recall@10).
 * What is no English question stays as it is.
 */
export function statementOf(question: string): string {
  const asked = question.trim().replace(/[?？\s]+$/u, "");
  const turned = turnAround(asked)?.trim();
  return turned ? firstPerson(turned) : asked;
}

const ASKS_FOR_TIME =
  /\b(?:(?:since |until )?when (?:\w+n't|did|do|does|is|are|was|were|will|would|should|can|could|has|have|had)|how (?:long|late|early|soon|often|many (?:days|weeks|months|years|hours|minutes))|(?:what|which) (?:date|day|month|year|week|weekend|season|time))\b|^(?:since |until )?when\b/i;

const AUXILIARY = "did|does|do|is|are|was|were|has|have|had|can|could|will|would|shall|should|may|might|must";
const NOT = "(?:n['’]t)?";
const QUESTION_WORD = "what|which|who|whom|whose|when|where|why|how";

/** "[in] which city | has | Ada lived": object, auxiliary, the rest. The object has at most six words. */
const ASKED = new RegExp(
  `^(?:so |and |but )?(?:\\p{L}{2,5} )?(?:${QUESTION_WORD})\\b((?: [^\\s,]+){0,6}?) (${AUXILIARY})${NOT} (.+)$`,
  "iu",
);
/** "has | Ada lived in Rome". */
const ASKED_YES_OR_NO = new RegExp(`^(?:so |and |but )?(${AUXILIARY})${NOT} (.+)$`, "iu");
/** "who | lives in Rome". */
const ASKED_FOR_SUBJECT = new RegExp(`^(?:${QUESTION_WORD}) (.+)$`, "iu");

function turnAround(asked: string): string | undefined {
  const [, object = "", auxiliary = "", rest = ""] = ASKED.exec(asked) ?? [];
  if (rest !== "") return `${withVerb(auxiliary, rest)}${objectOf(object)}`;
  const [, first = "", whole = ""] = ASKED_YES_OR_NO.exec(asked) ?? [];
  if (whole !== "") return withVerb(first, whole);
  return ASKED_FOR_SUBJECT.exec(asked)?.[1];
}

/** What is asked for, without the words that only ask how much of it, or of which kind. */
function objectOf(object: string): string {
  return object.replace(/^ (?:long ago|long|often|many|much|far|late|early|soon|(?:kind|type|sort)s? of)\b/i, "");
}

/** "is | the build slow" becomes "the build is slow"; "did | we go" just "we go". */
function withVerb(auxiliary: string, rest: string): string {
  if (/^d(?:o|id|oes)$/i.test(auxiliary)) return rest;
  const [, subject = "", predicate = ""] = SUBJECT.exec(rest) ?? [];
  return subject === "" ? rest : `${subject} ${auxiliary.toLowerCase()} ${predicate}`;
}

/** A name, a pronoun or a noun with its article, possibly somebody's; and what follows. */
const SUBJECT =
  /^((?:(?:the|an?|our|my|your|his|her|its|their|this|that|these|those|[\p{L}\p{M}-]+['’]s) )*[\p{L}\p{N}_./-]+) (.+)$/iu;

/** Who is asked about spoke of themselves: a name that is the subject, or whose something is. */
function firstPerson(statement: string): string {
  const spoken = statement.replace(NAMES_SOMETHING, "my").replace(NAME, "I");
  if (spoken === statement) return statement;
  return spoken
    .replace(/^I is\b/, "I am")
    .replace(/^I has\b/, "I have")
    .replace(/\b(?:his|her|their)\b/g, "my")
    .replace(/\b(?:he|she)\b/g, "I");
}

const NAMES_SOMETHING = /(?<!\S)\p{Lu}[\p{Ll}\p{M}]+['’]s(?!\S)/gu;
const NAME = /^\p{Lu}[\p{Ll}\p{M}]+(?= \p{Ll})/u;
