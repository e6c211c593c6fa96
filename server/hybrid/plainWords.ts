/**
 * What a message says to memory in plain words, as the argument of /memory; undefined when it is talk. A message that asks for
 * more than that is talk as well: what is to be remembered in it is learned like anything else that is said.
 */
export function memoryWords(content: string): string | undefined {
  const said = content.replace(/\s+/g, " ").trim();
  if (said.length > MAX_LENGTH || /\?$|[.!?] +\S/.test(said)) return undefined;
  const text = said.replace(/[.!]+$/, "");
  const remembered = REMEMBER.map((pattern) => pattern.exec(text)?.[1]).find(isStatement);
  if (remembered !== undefined) return `remember ${remembered}`;
  const forgotten = FORGET.map((pattern) => pattern.exec(text)?.[1]).find(isSubject);
  return forgotten === undefined ? undefined : `forget ${forgotten}`;
}

/** As much as a memory may hold, and the order. */
const MAX_LENGTH = 2100;

const OPENING = "^(?:(?:please|ok(?:ay)?|hey|duck|from now on|bitte|also|and)[,:]? )*";

const REMEMBER = [
  `${OPENING}(?:remember|note|keep in mind|bear in mind|don't forget|do not forget|never forget|make a note)(?: please)?(?: that|,? ?[:–—-]) ?(.+)$`,
  `${OPENING}(?:merk|merke) dir(?: bitte)?(?:,? dass|:) ?(.+)$`,
  `${OPENING}(?:denk daran|vergiss nicht),? dass (.+)$`,
].map((pattern) => new RegExp(pattern, "i"));

const FORGET = [
  `${OPENING}forget (?:that|the fact that) (.+)$`,
  `${OPENING}forget (?:what|everything|anything|all)(?: that)? (?:i|we|you)(?:'ve| have)? (?:ever )?(?:said|told you|know|learned|remember(?:ed)?|wrote|mentioned)(?: to you)?(?: about| of)? (.+)$`,
  `${OPENING}forget (?:everything|all|the memory|what is remembered) about (.+)$`,
  `${OPENING}vergiss(?: bitte)?,? dass (.+)$`,
  `${OPENING}vergiss(?: bitte)?,? (?:was|alles,? was) (?:ich|wir|du) (?:über|zu|von) (.+?)(?: gesagt (?:habe|haben)| weißt)?$`,
].map((pattern) => new RegExp(pattern, "i"));

function isStatement(text: string | undefined): text is string {
  return text !== undefined && /\p{L}+[^\p{L}]+\p{L}/u.test(text);
}

/** "Forget that, let's start over", "Forget that idea and fix the test" are said to whoever answers. */
function isSubject(text: string | undefined): text is string {
  return text !== undefined && /\p{L}{2}/u.test(text) && !GOES_ON.test(text);
}

const GOES_ON = /^[,;–—-]|[,;] |\b(?:and|but|then|instead|just|let's|und|aber|dann)\b/i;
