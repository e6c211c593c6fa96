import { Marked, type MarkedToken } from "marked";

/**
 * Markdown as tokens. The views turn them into elements one by one, so no HTML of a model is ever parsed: what it
 * writes as HTML is shown as the text it is.
 */
export function parseMarkdown(text: string): MarkedToken[] {
  try {
    return marked.lexer(text) as MarkedToken[];
  } catch {
    return [{ type: "code", raw: text, text }];
  }
}

/** Resolves character references ("&amp;"), which the tokens keep as they were written. */
export function decodeReferences(text: string): string {
  return text.includes("&") ? text.replace(REFERENCE, decodeReference) : text;
}

export interface FenceInfo {
  /** As written after the fence; "" for none. */
  readonly language: string;
  /** "ts src/a.ts", "ts:src/a.ts" and 'ts title="src/a.ts"' name a file. */
  readonly file: string;
}

export function fenceInfo(info: string | undefined): FenceInfo {
  const match = /^([^\s:{]*)(?:[\s:{]+(?:(?:title|file|filename|path)=)?"?([^"}]*))?/.exec(info?.trim() ?? "");
  return { language: match?.[1] ?? "", file: match?.[2]?.trim() ?? "" };
}

const marked = new Marked({ gfm: true });

const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/** A text area's content is never markup: the browser resolves references in it and nothing else. */
const decoder = document.createElement("textarea");

function decodeReference(reference: string): string {
  decoder.innerHTML = reference;
  return decoder.value;
}
