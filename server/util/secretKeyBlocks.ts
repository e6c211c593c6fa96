import type { SecretSpan } from "./secretSpan.ts";

const NAME = "private key";
const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END_HERE = new RegExp(END.source, "y");

/** What stands between two lines of a key: line breaks, also escaped, and the marks of quoting, joining, comments and diffs. */
const BETWEEN = /(?:\s|\\+[nrt]|\\+(?=["'\s])|["'`,>#*|.]|\/\/|[+-](?=\s|["'`]|[A-Za-z0-9]))*/y;
/** `Proc-Type: 4,ENCRYPTED` and other headers of a key. */
const HEADER = /(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): [^\n\\]{0,200}/y;
const BODY = /[A-Za-z0-9+/=]+/y;
const MIN_BODY = 16;
const FULL_LINE = 30;
/** No key is longer, with everything between its lines. */
const MAX_KEY = 16_000;

/**
 * Lines out of the middle of a key, as a piece of a file may hold them: three or more of 64 characters of base 64 (70 as
 * OpenSSH writes them), perhaps numbered or quoted.
 */
const MIDDLE =
  /(?<=^|\n)(?:[ \t>+|#*"'\d]{0,8}(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70})["'\\n,+ \t]{0,6}\r?(?:\n|$)){3,}(?:[ \t>+|#*"'\d]{0,8}[A-Za-z0-9+/]{4,63}={0,2}(?=["'\\n,+ \t]{0,6}\r?(?:\n|$)))?/g;

/** PEM and PGP private keys: whole, cut off at either end or both, in one line with `\n`, quoted line by line. */
export function privateKeys(text: string): SecretSpan[] {
  return [...markedKeys(text), ...middlesOfKeys(text)];
}

/** A certificate, a public key and a list of hashes have such lines as well. */
function middlesOfKeys(text: string): SecretSpan[] {
  if (/-----BEGIN (?:[A-Z ]*CERTIFICATE|[A-Z ]*PUBLIC KEY|PGP (?:MESSAGE|SIGNATURE))/.test(text)) return [];
  return Array.from(text.matchAll(MIDDLE)).flatMap(({ index, 0: lines }) => {
    const isKey = /[g-zG-Z+/]/.test(lines) && /[A-Z]/.test(lines) && /[a-z]/.test(lines) && /\d/.test(lines);
    return isKey ? [{ start: index, end: index + lines.replace(/\s+$/, "").length, name: NAME }] : [];
  });
}

function markedKeys(text: string): SecretSpan[] {
  if (!text.includes("PRIVATE KEY")) return [];
  const spans: SecretSpan[] = [];
  for (const { index, 0: begin } of text.matchAll(BEGIN)) {
    if (index < (spans.at(-1)?.end ?? 0)) continue;
    const end = endOfBody(text, index + begin.length);
    if (end !== undefined) spans.push({ start: index, end, name: NAME });
  }
  const whole = new Set(spans.map(({ end }) => end));
  let after = 0;
  for (const { index, 0: marker } of text.matchAll(END)) {
    const end = index + marker.length;
    const start = whole.has(end) ? undefined : startOfBody(text, Math.max(after, index - MAX_KEY), index);
    if (start !== undefined) spans.push({ start, end, name: NAME });
    after = end;
  }
  return spans;
}

/** Undefined when nothing of a key follows. */
function endOfBody(text: string, from: number): number | undefined {
  let end = from;
  let body = 0;
  for (let at = from; ; ) {
    const next = past(BETWEEN, text, at);
    const closed = past(END_HERE, text, next);
    if (closed > next) return body < MIN_BODY ? undefined : closed;
    const header = body === 0 ? past(HEADER, text, next) : next;
    const line = header > next ? header : past(BODY, text, next);
    if (line === next || !(header > next || isBody(text.slice(next, line), text, line))) break;
    body += header > next ? 0 : line - next;
    at = line;
    end = line;
  }
  return body < MIN_BODY ? undefined : end;
}

/** The last line of a key is short; so is a word of the text behind a key that was cut off. */
function isBody(line: string, text: string, end: number): boolean {
  if (line.length >= FULL_LINE || /[0-9+/=]/.test(line) || end === text.length) return true;
  return past(END_HERE, text, past(BETWEEN, text, end)) > end;
}

/** The lines of a key whose beginning was cut off; the last one may be short. */
function startOfBody(text: string, from: number, end: number): number | undefined {
  const lines = [...text.slice(from, end).matchAll(/[A-Za-z0-9+/=]+/g)].reverse();
  let start: number | undefined;
  for (const [count, { index, 0: line }] of lines.entries()) {
    const isLine = line.length >= FULL_LINE || (count < 3 && /^(?:n|[\w+/=]{4,})$/.test(line));
    if (!isLine) break;
    if (line.length >= MIN_BODY) start = from + index;
  }
  return start;
}

function past(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
