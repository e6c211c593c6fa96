/**
 * Control characters from a model, a file or a peer must not steer the terminal: all but tab and line feed are shown as
 * their code. The C1 range and the bidirectional overrides count as well.
 */
export function escapeControls(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(CONTROLS, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A value as JSON in which nothing steers the terminal, and which says the same. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(CONTROLS, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

const CONTROLS = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;
