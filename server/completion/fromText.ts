import type { Place } from "./place.ts";

/** Fewer characters of a line could go on in any way. */
const LEAST_BEGUN = 8;
const LEAST_ADDED = 3;

/**
 * How a line went on before: where all lines of these texts that begin like this one go on in the same way. What was typed lately
 * decides where they do not. Without a model, and only when it is sure.
 */
export function continuation(
  { line, rest, prefix, suffix }: Place,
  recent: readonly string[],
  texts: readonly string[],
): string {
  const begun = line.trimStart();
  if (begun.length < LEAST_BEGUN || rest.trim() !== "" || !/[\w)\]}'"]/.test(begun)) return "";
  const lately = only(recent.flatMap((one) => (one.startsWith(begun) ? [one.slice(begun.length)] : [])));
  if (lately !== undefined) return lately;
  const own = [prefix.slice(0, prefix.length - line.length), suffix];
  return only([...own, ...texts].flatMap((text) => endingsIn(text, begun))) ?? "";
}

/** Of all lines that begin so. */
function endingsIn(text: string, begun: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(begun); at >= 0 && found.length < 20; at = text.indexOf(begun, at + begun.length)) {
    const start = text.lastIndexOf("\n", at - 1) + 1;
    if (text.slice(start, at).trim() !== "") continue;
    const end = text.indexOf("\n", at);
    found.push(text.slice(at + begun.length, end < 0 ? undefined : end).trimEnd());
  }
  return found;
}

function only(endings: readonly string[]): string | undefined {
  const [first, ...others] = new Set(endings);
  return first !== undefined && others.length === 0 && first.trim().length >= LEAST_ADDED ? first : undefined;
}
