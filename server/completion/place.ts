/** A document as it is open in the editor. */
export interface OpenText {
  readonly uri: string;
  /** Absolute; absent for an untitled document. */
  readonly path: string | undefined;
  readonly language: string;
  readonly version: number;
  text(): string;
}

/** What is open. Implementation: language/inlineCompletion.ts. */
export interface OpenTexts {
  get(uri: string): OpenText | undefined;
  all(): readonly OpenText[];
}

/** The cursor in a text. Line ends are LF, whatever the document has. */
export interface Place {
  readonly uri: string;
  readonly path: string | undefined;
  readonly language: string;
  readonly version: number;
  /** All before the cursor, all behind it. */
  readonly prefix: string;
  readonly suffix: string;
  /** The same on the cursor's line. */
  readonly line: string;
  readonly rest: string;
}

/** Longer documents get no suggestions: each keystroke would go through all of them. */
export const MAX_CHARACTERS = 512 * 1024;

/** `offset` in UTF-16 code units; undefined in a document that is too long. */
export function placeIn(open: OpenText, offset: number): Place | undefined {
  const text = open.text();
  if (text.length > MAX_CHARACTERS) return undefined;
  const prefix = withLf(text.slice(0, offset));
  const suffix = withLf(text.slice(offset));
  const end = suffix.indexOf("\n");
  return {
    uri: open.uri,
    path: open.path,
    language: open.language,
    version: open.version,
    prefix,
    suffix,
    line: prefix.slice(prefix.lastIndexOf("\n") + 1),
    rest: end < 0 ? suffix : suffix.slice(0, end),
  };
}

function withLf(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}
