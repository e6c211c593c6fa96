import { addressedSecrets } from "./secretAddresses.ts";
import { namedSecrets } from "./secretAssignments.ts";
import { privateKeys } from "./secretKeyBlocks.ts";
import type { SecretSpan } from "./secretSpan.ts";
import { tokenSecrets } from "./secretTokens.ts";

export interface Redacted {
  readonly text: string;
  /** How many secrets were replaced. */
  readonly found: number;
}

/**
 * Replaces secrets by what they were: `[redacted: GitHub token]`. The line breaks of a secret stay, so that line numbers behind
 * it hold. What is redacted stays as it is when redacted again. Time grows linearly with the text, whatever it is.
 *
 * Our own code, since no library fits. @secretlint/preset-recommend finds 29 of the 277 forms of our test, and is asynchronous,
 * which a line of a log cannot wait for; it looks for vendors' tokens, not for assignments, a person's words, or half a key.
 * Token formats follow the vendors' documentation and gitleaks' rules.
 */
export function redact(text: string): Redacted {
  const spans = secretsIn(text);
  return { text: replaced(text, spans, marker), found: spans.length };
}

/** As {@link redact}, in as many UTF-16 code units as before: for a piece of a text whose offsets must hold. */
export function mask(text: string): string {
  return replaced(text, secretsIn(text), (name, length) =>
    marker(name).length <= length ? marker(name).padEnd(length, "•") : "•".repeat(length),
  );
}

/** How many secrets were replaced in a text that was redacted before. */
export function countRedactions(text: string): number {
  return text.match(/\[redacted: \w[^\]\n]{0,40}\]/g)?.length ?? 0;
}

function marker(name: string): string {
  return `[redacted: ${name}]`;
}

function secretsIn(text: string): SecretSpan[] {
  // No secret and no name of one is that short.
  if (text.length < 8) return [];
  return merged([...privateKeys(text), ...tokenSecrets(text), ...addressedSecrets(text), ...namedSecrets(text)]);
}

/** Overlapping finds are one secret; it bears the name that starts first, and of those the one found first. */
function merged(spans: readonly SecretSpan[]): SecretSpan[] {
  const result: SecretSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) result[result.length - 1] = { ...last, end: span.end };
  }
  return result;
}

function replaced(text: string, spans: readonly SecretSpan[], by: (name: string, length: number) => string): string {
  let result = "";
  let end = 0;
  for (const span of spans) {
    const [first = "", ...more] = text.slice(span.start, span.end).split("\n");
    result += text.slice(end, span.start) + by(span.name, first.length);
    for (const line of more) result += by === marker ? "\n" : `\n${"•".repeat(line.length)}`;
    end = span.end;
  }
  return result + text.slice(end);
}
