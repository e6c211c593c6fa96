/**
 * What the user says in their own words: without code blocks, quotations, and what a text that is read out "says". Characters
 * that nobody sees go as well: who wrote the message did not read them.
 */
export function ownWords(text: string): string {
  return visible(text)
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[^\n]*$|$(?![\s\S]))/gm, "\n")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/^[ \t]*>.*$/gm, "")
    .replace(/^(?: {4}|\t).*$/gm, "")
    .replace(READ_OUT, "$1")
    .replace(QUOTED, "…")
    .slice(0, MAX_LENGTH)
    .trim();
}

/** Without tag characters, variation selectors, zero-width and bidirectional control characters. */
export function visible(text: string): string {
  return text.normalize("NFC").replace(UNSEEN, "");
}

export function hasUnseen(text: string): boolean {
  return text.search(UNSEEN) >= 0;
}

const UNSEEN =
  /[\u{E0000}-\u{E0FFF}\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u00AD\u061C\u115F\u1160\u180E\u3164\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}]|\u034F|(?<=[\p{L}\p{N}\s])[\uFE00-\uFE0F]/gu;

/** A longer message is a text that was pasted; what the user says about it stands at its beginning. */
const MAX_LENGTH = 4000;

/** "the file says: …" up to the end: somebody else's words. */
const READ_OUT =
  /((?:\b(?:it|file|page|readme|doc|docs|blog|article|comment|answer|email|mail|message|log|output|tool|he|she|they|ticket|issue|website|site|spec|text|snippet|prompt)\b[^\n.!?]{0,40}\b(?:says?|said|reads|wrote|writes|states?|claims?|tells)|\b(?:steht|schreibt|sagt|dit|dice|diz|zegt)\b|(?:пишет|написано|говорит)|\b(?:pasted?|copied|quot(?:e|ing)|from the (?:web|docs?|page|file|readme))[^\n:]{0,40})\s*:)[\s\S]*$/giu;

/** A quotation of four words or more. Shorter ones are names. */
const QUOTED =
  /"[^"\n]*(?:\s[^"\n\s]+){3,}"|“[^”\n]*(?:\s[^”\n\s]+){3,}”|«[^»\n]*(?:\s[^»\n\s]+){3,}»|„[^“”\n]*(?:\s[^“”\n\s]+){3,}[“”]/gu;
