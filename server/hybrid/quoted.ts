/** Stands for a character that is quoted: no letter, no space, no punctuation. */
export const QUOTED = "\uE000";

/**
 * What somebody quotes is not said by them: code, quotations, addresses, patterns. Each character of it becomes {@link QUOTED}, so
 * that places stay what they are. Linear in the length of the text.
 */
export function withoutQuoted(text: string): string {
  const quotations = DIFF.test(text) ? [DIFF_LINES, ...QUOTATIONS] : QUOTATIONS;
  return quotations.reduce((left, pattern) => left.replace(pattern, cover), text);
}

function cover(found: string): string {
  return found.replace(/\S/g, QUOTED);
}

const DIFF = /^(?:diff --git |@@ -\d)/m;
const DIFF_LINES = /^(?:diff --git |index |@@|[+-])[^\n]*/gm;

const QUOTATIONS = [
  /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)/g,
  /^[ \t]*>[^\n]*/gm,
  // The subject of a commit.
  /^(?:feat|fix|docs?|test|refactor|chore|perf|style|build|ci|revert)(?:\([^)\n]{1,40}\))?!?:[ \t][^\n]*/gm,
  /`[^`\n]*`/g,
  /"[^"\n]*"|“[^”“\n]*[”“]|„[^“”"\n]*[“”"]|«[^»\n]*»|‹[^›\n]*›|「[^」\n]*」/g,
  // An apostrophe is none: there is a letter before it.
  /(?<![\p{L}\p{N}])['‘‚][^'’‘\n]*['’‘](?![\p{L}\p{N}])/gu,
  /\b[a-z][a-z\d+.-]{1,15}:\/\/\S+/giu,
  // A pattern between slashes: something in it is written only in patterns.
  /(?<![^\s(,=:])\/(?=[^\n/]{0,200}[\\^$*+?|()[\]{}])[^\n/]{1,200}\/[a-z]{0,6}(?![\p{L}\p{N}/])/gu,
];
