import type { Place } from "./place.ts";

/** What an answer rests on: where it was asked, and the version of every other document that went along. */
export interface Basis extends Pick<Place, "uri" | "prefix" | "suffix"> {
  readonly used: readonly Used[];
}

export interface Used {
  readonly uri: string;
  readonly version: number;
}

/** The version that a document has now; undefined when it is not known any more. */
export type VersionNow = (uri: string) => number | undefined;

interface Kept extends Basis {
  /** Empty: there was nothing to suggest. */
  readonly text: string;
}

const MOST = 32;

/** Answers to earlier questions. What was typed of one since is taken off it; any other change makes it no answer. */
export class CompletionCache {
  #kept: Kept[] = [];

  keep(basis: Basis, text: string): void {
    this.#kept = [{ ...basis, text }, ...this.#kept.filter((one) => !isSame(one, basis))].slice(0, MOST);
  }

  /** What goes on from here; "" when nothing does; undefined when it was not asked. The newest answer wins. */
  find(place: Pick<Place, "uri" | "prefix" | "suffix">, now: VersionNow): string | undefined {
    for (const basis of this.#kept) {
      const { text } = basis;
      if (!couldGoOn(basis, place)) continue;
      const typed = typedSince(basis, place, now);
      if (typed === undefined) continue;
      if (text === typed) return typed === "" ? "" : undefined;
      if (text.startsWith(typed)) return text.slice(typed.length);
    }
    return undefined;
  }

  clear(): void {
    this.#kept = [];
  }
}

/** What was typed at the cursor since, and nothing else happened; undefined when something else did. */
export function typedSince(
  basis: Basis,
  place: Pick<Place, "uri" | "prefix" | "suffix">,
  now: VersionNow,
): string | undefined {
  if (basis.uri !== place.uri || basis.suffix !== place.suffix || !place.prefix.startsWith(basis.prefix))
    return undefined;
  if (basis.used.some(({ uri, version }) => now(uri) !== version)) return undefined;
  return place.prefix.slice(basis.prefix.length);
}

/** By what stands at the cursor alone: in a long file comparing all that is before it, for each answer at each key, takes too long. */
function couldGoOn({ prefix, text }: Kept, place: Pick<Place, "prefix">): boolean {
  const typed = place.prefix.length - prefix.length;
  return typed >= 0 && typed <= text.length && place.prefix.endsWith(text.slice(0, typed));
}

function isSame(a: Basis, b: Basis): boolean {
  return a.uri === b.uri && a.prefix === b.prefix && a.suffix === b.suffix;
}
