import {
  characterClasses,
  hasLetterAndDigit,
  isNameOfSecret,
  isPlaceholder,
  isSlug,
  isWordy,
  type SecretKind,
} from "./secretValues.ts";

type Place = { readonly start: number; readonly end: number };

/** What a person says between the word for a secret and the secret. */
const CONNECTING = new Set("is was are ist war lautet es era est é это now to be: = - – — : -> =>".split(" "));
const MAX_WORDS = 10;
const MAX_WORD = 100;
const MAX_BEFORE = 120;
const WORD = /[ \t]{0,3}(["'`“«(]{0,2})([^\s"'`“”«»]{1,100})(["'`”»]?)/y;

/** "the admin password on the demo box is …", "pw: …", "password …". `end` is the end of the word for a secret. */
export function toldAfter(text: string, end: number, kind: SecretKind): Place | undefined {
  const next = text.slice(end, end + 4);
  let connected = /^s?["'`]?[ \t]?[:=]/.test(next);
  let at = connected ? end + next.search(/[:=]/) + 1 : end;
  if (!connected && !/^s?[ \t,]/.test(next)) return undefined;
  for (let count = 0; count < MAX_WORDS; count++) {
    WORD.lastIndex = at;
    const found = WORD.exec(text);
    if (found === null || found[0].length > MAX_WORD) return undefined;
    const [whole, open = "", word = "", close = ""] = found;
    const value = bare(word);
    const isValue = connected || (count === 0 && kind === "password" && characterClasses(value) >= 3);
    if (isValue && isTold(value, kind)) {
      const start = at + whole.length - close.length - word.length;
      return { start, end: start + value.length };
    }
    // A sentence ends, a quotation closes that was opened before, or this is code.
    if ((close !== "" && open === "") || /[.;!?]$|^[!$]|[=(){}[\]<>;\\|]/.test(plainWord(open, word))) return undefined;
    connected ||= CONNECTING.has(word.toLowerCase()) || /[\p{L}\p{N}]:$/u.test(word);
    at += whole.length;
  }
  return undefined;
}

/** The staging in "the password (staging) is", and an arrow, are no code. */
function plainWord(open: string, word: string): string {
  return open === "(" ? word.replace(/\):?$/, "") : word.replace(/^[=:-]>?$/, "");
}

/** "… is the password", "use … as the token". `start` is the beginning of the word for a secret. */
export function toldBefore(text: string, start: number, kind: SecretKind): Place | undefined {
  if (text[start - 1] !== " ") return undefined;
  const from = Math.max(0, start - MAX_BEFORE);
  const before = text.slice(from, start - 1);
  const words = before.slice(before.lastIndexOf("\n") + 1).split(" ");
  const connecting = words.findLastIndex((word, i) => i > 0 && i > words.length - 6 && AS.has(word.toLowerCase()));
  const value = bare((words[connecting - 1] ?? "").replace(/^["'`“«(]+|["'`”»]+,?$/g, ""));
  if (connecting < 1 || /["'`=(){}[\]<>;]/.test(value) || !isTold(value, kind)) return undefined;
  const at = from + before.lastIndexOf(value);
  return { start: at, end: at + value.length };
}

const AS = new Set("is was as ist als es como est é это for".split(" "));

/** Without what ends a sentence; `kettle!` keeps what may belong to it. */
function bare(word: string): string {
  return word.replace(/[.,;:?)\]}]+$/, "");
}

/** In a sentence only what no word, name, path, version, date, address or number looks like. */
function isTold(value: string, kind: SecretKind): boolean {
  if (value.length < 7 || !hasLetterAndDigit(value) || NO_SECRET.test(value)) return false;
  if (isPlaceholder(value) || isNameOfSecret(value)) return false;
  if (kind === "token") return value.length >= 12 && !isWordy(value) && !isSlug(value);
  if (characterClasses(value) >= 3) return !/^[A-Z][a-z]+\d+$/.test(value) || value.length > 8;
  return value.length >= 8 && !isWordy(value) && !isSlug(value);
}

const NO_SECRET =
  /^[\w.-]*\/|:\/\/|^[\w-]+\.[a-z]{2,4}(?::\d+)?$|[()=]|^v?\d+(?:\.\d+)+|^\d{4}-\d\d|^\d+[a-z]{1,10}$|\w@[\w-]+\.\w|^[A-Z]{2,6}-\d+$|^[\da-f]{7,64}$|^[\da-f]{8}-[\da-f]{4}-|^sha\d{1,3}-|^[A-Za-z]+(?:_[A-Za-z\d]+)+$/;
