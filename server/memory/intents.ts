/** What somebody asks for, told by its words. */
interface Intent {
  readonly label: string;
  /** What the next message comes after. */
  readonly noun: string;
  readonly words: RegExp;
}

/** Only what a message begins with says what it asks for; what is pasted below it does not. */
const LOOKED_AT = 300;

/** The first that fits counts: what is asked for goes before what it is asked about. */
const INTENTS: readonly Intent[] = [
  intent("asks for a commit message", "a commit", /\bcommit message\b|\b(write|draft) (the|a) commit\b|^commit\b/),
  intent("asks for a review", "a review", /\b(code )?review\b|\blook over\b|\bwhat do you think (of|about)\b/),
  intent(
    "asks for tests",
    "tests",
    /\b(write|add|create|generate|more|missing|cover)\b.{0,60}\btests?\b|\btests? for\b/,
  ),
  intent(
    "asks for documentation",
    "documentation",
    /\b(document|docs?|docstrings?|jsdoc|readme|changelog|comments? (for|to|on))\b/,
  ),
  intent("asks to rename something", "a renaming", /\brename\b/),
  intent(
    "asks to refactor",
    "a refactoring",
    /\brefactor|\b(clean|tidy) (it |this |that )?up\b|\bsimplif|\bextract (a|the|this|it)\b|\bsplit (up|this|it|the)\b/,
  ),
  intent(
    "asks to make something faster",
    "a speed-up",
    /\b(optimi[sz]e|faster|speed (it |this )?up|performance|too slow)\b/,
  ),
  intent(
    "asks to fix something",
    "a fix",
    /\b(fix|repair|debug|broken|bug|crash(es|ed)?|fails?|failing|does ?n[o']t work|not working|why (is|does|do) .{0,80}\b(not|error|throw|undefined|null))\b/,
  ),
  intent(
    "asks to convert something",
    "a conversion",
    /\b(convert|translate|port|migrate|rewrite)\b.{0,80}\b(to|into|in|from)\b/,
  ),
  intent("asks to remove something", "a removal", /\b(remove|delete|drop|get rid of)\b/),
  intent("asks to build something", "something new", /\b(implement|build|create|add|write|generate|scaffold|set up)\b/),
  intent("asks where something is", "a search", /^(where|which file|find)\b|\bwhere (is|are|do|does|did)\b/),
  intent(
    "asks for an explanation",
    "an explanation",
    /\bexplain|\bwhat (does|do|is|are)\b|\bhow (does|do|is|are)\b|\bwhy\b|\bmeaning of\b|\bwalk me through\b/,
  ),
];

/**
 * What a message asks for, and, when the one before it in its conversation asked for something else, that it follows that:
 * "asks for tests after a refactoring". Empty for what asks for nothing that is known.
 */
export function intentsOf(text: string, before: string | undefined): string[] {
  const found = find(text);
  if (found === undefined) return [];
  const earlier = before === undefined ? undefined : find(before);
  const isNew = earlier !== undefined && earlier !== found;
  return isNew ? [found.label, `${found.label} after ${earlier.noun}`] : [found.label];
}

function intent(label: string, noun: string, words: RegExp): Intent {
  return { label, noun, words };
}

function find(text: string): Intent | undefined {
  const start = text.trimStart().slice(0, LOOKED_AT).toLowerCase();
  return INTENTS.find(({ words }) => words.test(start));
}
