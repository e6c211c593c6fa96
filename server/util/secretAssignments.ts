import type { SecretSpan } from "./secretSpan.ts";
import {
  characterClasses,
  hasLetterAndDigit,
  isMixedAtRandom,
  isNameOfSecret,
  isPlaceholder,
  isSlug,
  isWordy,
  type SecretKind,
} from "./secretValues.ts";
import { toldAfter, toldBefore } from "./secretWords.ts";

/** Words that make a name the name of a secret. The search looks at a bounded number of characters around each. */
const KEYWORDS =
  /(?<password>pass(?:word|wort|wd|phrase|code)|pwd|kennwort|contrase[nñ]a|mot de passe|парол[ьяе]|senha|has[lł]o|密码|wachtwoord|lösenord)|(?<token>secret|token|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|auth[-_ ]?key|(?:encryption|signing|master|service|license|shared|app|deploy|webhook|session|hmac|jwt|admin|storage|consumer)[-_ ]?key|sharedaccesskey|credential|auth(?=["']?\s{0,3}[:=])|connection[-_ ]?string|salt(?=["']?\s{0,3}[:=]))|(?<![A-Za-z])(?<short>pw)(?![a-z])|(?<![A-Za-z])(?<said>pass|psk|passkey)(?=[ \t](?:is|was|are|now|for|on|to|ist)[ \t])|(?<![A-Za-z])(?<login>wi-?fi|wlan|log[io]n|creds)(?![A-Za-z])|(?<![A-Za-z])(?:(?:db|user|root|admin|smtp|mail|ftp|ssh|redis|mysql|pg|postgres)[-_]?)?(?<only>pass)(?=["']?\s{0,3}[:=])/giu;

/** What follows such a word when the name is that of something else: `token_url`, `passwordField`. */
const OTHER_NAME =
  /^(?:s?[-_ .]?(?:url|uri|endpoint|type|name|ids?(?![a-z])|identifier|count|limit|len|length|size|min|max|field|label|input|path|file|dir|hash|policy|rule|expir|ttl|lifetime|age|header|param|placeholder|hint|regex|pattern|prefix|suffix|var|ref|store|manager|provider|service|error|message|title|icon|class|selector|budget|usage|index|format|algorithm|version|strength|reset|confirm(?!ation)|changed|required|enabled|valid|visible|test|scope|arn|region|rotation|location|alg|issuer|kind|bucket|property|column|table|schema|form|page|link|component|screen|view|mode|status|state))/i;
/** The word went on: `tokenizer`. */
const OTHER_WORD = /^(?!s(?![a-z])|key|value|string|base)[a-z]/;
/** What stands before it then: `max_tokens`, `publicKey`. */
const OTHER_NAME_BEFORE =
  /(?:public|max|min|num|total|count|prompt|completion|input|output|reply|context|window|has|is|show|hide|forgot|reset|no|without|primary|foreign|sort|partition|cache|csrf|per|of|by|used|parse|next|page|continuation|sync|cancellation)[-_ .]?$/i;

/** The rest of a name, its quote, and the sign of an assignment, an annotation or an argument. */
const SEPARATOR =
  /([\w.-]{0,40})\\?["'`]?\]?(?:\s{0,3}(?::=|=>|={1,3}|:)[ \t]{0,6}|(?=,[ \t]{0,2}["']),[ \t]{0,2})(?:[brf](?=["']))?/y;
const FLAG_SEPARATOR = /([\w-]{0,40}) {1,2}/y;
const QUOTED = /(\\?["'`])((?:(?!\1)[^\n\\]|\\(?!["'`n])[^\n]){4,2000}?)\1/y;
/** In an environment file, in a connection string, in code. */
const LINE_VALUE = /[^\s"'`;\\<>]*/y;
const CONNECTION_VALUE = /[^\s"'`;&,)\\<>]*/y;
const CODE_VALUE = /[^\s"'`,;&|<>()[\]{}\\]*/y;
const MIN_VALUE = 4;
const MAX_VALUE = 2000;

/** A long value is judged by its beginning. */
const HEAD = 100;
/** How far a name may reach back from the word in it. */
const MAX_NAME = 40;

/** Secrets that a name gives away: assignments in any syntax, options of commands, a person's words. */
export function namedSecrets(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  const values = valuesOf(text);
  const sentences = new Density();
  for (const { index, 0: keyword, groups } of text.matchAll(KEYWORDS)) {
    if (index < (spans.at(-1)?.end ?? 0)) continue;
    const end = index + keyword.length;
    const kind: SecretKind = groups?.token === undefined || /^cred/i.test(keyword) ? "password" : "token";
    let found = assigned(text, index, end, kind, values);
    if (found === undefined && groups?.only === undefined && sentences.admit(index)) {
      found = toldAfter(text, end, kind) ?? toldBefore(text, index, kind);
      if (groups?.login !== undefined && found !== undefined && !isStrong(text, found)) found = undefined;
    }
    if (found !== undefined) spans.push({ ...found, name: nameOf(keyword, kind) });
  }
  return spans;
}

/** A network and an account have names, too: what goes with them is a password only when it looks like nothing else. */
function isStrong(text: string, { start, end }: { start: number; end: number }): boolean {
  return characterClasses(text.slice(start, end)) === 4;
}

function nameOf(keyword: string, kind: SecretKind): string {
  if (kind === "password") return "password";
  if (/token/i.test(keyword)) return "token";
  return /key$/i.test(keyword) ? "key" : "secret";
}

/** How a value stands where it does. */
interface Assignment {
  readonly kind: SecretKind;
  /** The whole name. */
  readonly name: string;
  readonly nameStart: number;
  readonly isFlag: boolean;
  /** `name=value`, without a blank. */
  readonly isTight: boolean;
}

function assigned(
  text: string,
  start: number,
  end: number,
  kind: SecretKind,
  values: Values,
): { start: number; end: number } | undefined {
  let nameStart = start;
  while (nameStart > start - MAX_NAME && isNamePart(text.charCodeAt(nameStart - 1))) nameStart--;
  const before = text.slice(nameStart, start);
  const isFlag = before.startsWith("--");
  const separator = sticky(SEPARATOR, text, end) ?? (isFlag ? sticky(FLAG_SEPARATOR, text, end) : undefined);
  if (separator === undefined) return undefined;
  const rest = separator[1] ?? "";
  if (OTHER_WORD.test(rest) || OTHER_NAME.test(rest) || OTHER_NAME_BEFORE.test(before)) return undefined;
  const at = separator.index + separator[0].length;
  const name = text.slice(nameStart, end) + rest;
  const isTight = /[^=:]=$/.test(separator[0]) || separator[0] === "=";
  const assignment = { kind, name, nameStart, isFlag, isTight };
  const quoted = sticky(QUOTED, text, at);
  if (quoted !== undefined) {
    const value = quoted[2] ?? "";
    const from = at + (quoted[1]?.length ?? 0);
    return isSecretLiteral(value.slice(0, HEAD), kind, isTight && isShouted(name))
      ? { start: from, end: from + value.length }
      : undefined;
  }
  return separator[0].includes(",") ? undefined : unquoted(text, at, assignment, values);
}

/** Letters, digits, `_`, `-`, `.` and `$`. */
function isNamePart(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45 ||
    code === 46
  );
}

function unquoted(text: string, at: number, { kind, name, nameStart, isFlag, isTight }: Assignment, values: Values) {
  const prefix = text.slice(Math.max(0, nameStart - 40), nameStart);
  const isLine = isTight && (isShouted(name) || /(?:^|\n|\\n)(?:export |set |ENV |- )?$/.test(prefix));
  const inConnection = isTight && /[;?&](?:[\w ]{0,20})$|["'][^\s"']*$/.test(prefix);
  const isPlain = isLine || isFlag;
  const end = Math.min(values[isPlain ? "line" : inConnection ? "connection" : "code"].endAt(at), at + MAX_VALUE);
  if (end - at < MIN_VALUE) return undefined;
  const value = text.slice(at, Math.min(end, at + HEAD));
  const next = text[end] ?? "";
  if (/[([{<]/.test(next) || (isLine && /[([{]|[,)]$/.test(value) && !isShouted(name))) return undefined;
  if (!isTight && isShouted(name) && /^\d+$|^0x/.test(value)) return undefined;
  if (!(isPlain && (isShouted(name) || isFlag)) && !inConnection && looksLikeCode(value)) return undefined;
  if (!isSecretLiteral(value, kind, isPlain || (inConnection && /[;&]/.test(next)))) return undefined;
  return { start: at, end };
}

type Values = ReturnType<typeof valuesOf>;

function valuesOf(text: string) {
  return {
    line: new Runs(text, LINE_VALUE),
    connection: new Runs(text, CONNECTION_VALUE),
    code: new Runs(text, CODE_VALUE),
  };
}

/** Nobody says more words for a secret than that in so many characters: beyond it the text was made by a program. */
const MAX_TOLD = 40;
const TOLD_WITHIN = 1000;

/** Bounds how often a sentence is looked for around a word, however densely the words stand. */
class Density {
  #from = 0;
  #count = 0;

  admit(at: number): boolean {
    if (at >= this.#from + TOLD_WITHIN) {
      this.#from = at;
      this.#count = 0;
    }
    return this.#count++ < MAX_TOLD;
  }
}

/** Where runs of characters end. Each is read once, however many names stand in it: `token:token:token:`. */
class Runs {
  readonly #text: string;
  readonly #pattern: RegExp;
  #from = 0;
  #to = 0;

  constructor(text: string, pattern: RegExp) {
    this.#text = text;
    this.#pattern = pattern;
  }

  endAt(at: number): number {
    if (at < this.#from || at >= this.#to) {
      this.#from = at;
      this.#to = at + (sticky(this.#pattern, this.#text, at)?.[0].length ?? 0);
    }
    return this.#to;
  }
}

/** `user.password`, `OAuth2Token`, `accessToken2`, `RESET_PASSWORD`: names of something, not the thing. */
function looksLikeCode(value: string): boolean {
  const isPath = /^[A-Za-z_$][\w$]*(?:[.?!]+[A-Za-z_$][\w$]*)+$/.test(value);
  const isName = /^[A-Za-z_$][\w$]*[?!]?$/.test(value) && isWordy(value) && !/^[a-z]+\d+$/.test(value);
  return isPath || isName;
}

function isShouted(name: string): boolean {
  return /^[A-Z\d_.-]+$/.test(name);
}

/** `plain`: where it stands, an ordinary word is a value as well (an environment file, a connection string, an option). */
function isSecretLiteral(value: string, kind: SecretKind, plain: boolean): boolean {
  if (value.length < 5 || NO_SECRET.test(value) || isPath(value)) return false;
  if (isPlaceholder(value) || (!plain && isNameOfSecret(value))) return false;
  if (/^\d+$/.test(value)) return kind === "password" && value.length >= 6;
  const random = hasLetterAndDigit(value) || isMixedAtRandom(value);
  if (kind === "token")
    return random && value.length >= 10 && !isSlug(value) && (!isWordy(value) || (plain && value.length >= 16));
  if (random) return value.length >= 6;
  return /[^\w./:,-]/.test(value) || (plain && value.length >= 6 && /^[A-Za-z]+$/.test(value));
}

function isPath(value: string): boolean {
  return /^[./~]/.test(value) && (value.length < 20 || isWordy(value));
}

const NO_SECRET = /\s|^(?:sha\d{1,3}-|[\^~>=<]*v?\d+(?:\.\d+)+(?:-\w+)?$|0x[\da-f]{1,8}$|--)/i;

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
