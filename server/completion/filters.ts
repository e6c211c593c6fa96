import { redact } from "../util/redaction.ts";
import type { Place } from "./place.ts";
import { cutAtSyntax, type Shape } from "./shape.ts";

/** What is shown, or why nothing is, as a sentence. */
export type Filtered =
  | { readonly kind: "shown"; readonly text: string }
  | { readonly kind: "none"; readonly why: string };

const MOST_CHARACTERS = 1500;
/** Shorter pieces are the same by chance. */
const REPEATED_CHARACTERS = 10;

/** Of an answer what is worth showing: nothing that stands there already, no secret, nothing that does not fit in. */
export function filtered(answer: string, place: Place, shape: Shape): Filtered {
  const begun = withoutRepeatedStart(answer, place);
  const text = withoutRestOf(cutAtSyntax(begun, place, shape), place);
  if (text.trim() === "") return none("The model had nothing to add here.");
  if (text.length > MOST_CHARACTERS) return none("The suggestion was too long.");
  if (repeatsNext(text, place)) return none("The suggestion repeats what follows.");
  if (repeatsLast(text, place)) return none("The suggestion repeats the line before.");
  const line = place.line + text;
  if (redact(line).text !== line && redact(text).found >= redact(place.line).found)
    return none("The suggestion looked like a password or key.");
  return { kind: "shown", text };
}

function none(why: string): Filtered {
  return { kind: "none", why };
}

/** Chat models often say the line again from its beginning. */
function withoutRepeatedStart(text: string, { line }: Place): string {
  const begun = line.trimStart();
  if (begun.length < 3) return text;
  const said = text.trimStart();
  return said.startsWith(begun.trimEnd()) && begun.trimEnd().length >= 3
    ? said.slice(said.startsWith(begun) ? begun.length : begun.trimEnd().length)
    : text;
}

/** What stands behind the cursor on the line is not said again. */
function withoutRestOf(text: string, { rest }: Place): string {
  const follows = rest.trim();
  if (follows === "" || text.includes("\n")) return text;
  for (let length = Math.min(follows.length, text.length); length > 0; length--) {
    const said = follows.slice(0, length);
    // A bracket that closes one of the suggestion is its own.
    if (text.endsWith(said) && (closed(said) === 0 || closed(text) > 0)) return text.slice(0, text.length - length);
  }
  return text;
}

/** How many brackets are closed that were not opened in it. */
function closed(text: string): number {
  return (text.match(/[)\]}]/g)?.length ?? 0) - (text.match(/[([{]/g)?.length ?? 0);
}

function repeatsNext(text: string, { suffix, rest, line }: Place): boolean {
  const first =
    (line + text)
      .split("\n")
      .find((one) => one.trim() !== "")
      ?.trim() ?? "";
  if (first.length < REPEATED_CHARACTERS) return false;
  const next = suffix
    .slice(rest.length)
    .split("\n", 4)
    .find((one) => one.trim() !== "");
  return next?.trim() === first;
}

function repeatsLast(text: string, { prefix, line }: Place): boolean {
  const said = (line + text).trim();
  if (said.length < REPEATED_CHARACTERS || said.includes("\n")) return false;
  const before = prefix.slice(0, Math.max(0, prefix.length - line.length - 1));
  return before.slice(before.lastIndexOf("\n") + 1).trim() === said;
}
