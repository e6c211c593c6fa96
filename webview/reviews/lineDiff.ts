import { diffArrays } from "diff";
import type { Hunk } from "../../server/protocol/edits.ts";

/** A line of what stands there now, of what would stand there, or of both. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
  /** Its index among the lines of `replace` when it is added, else among those of `search`. */
  readonly index: number;
}

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

type Texts = Pick<Hunk, "search" | "replace">;

/** A hunk line by line. Texts that have little in common are shown one after the other: comparing them takes too long. */
export function diffLines(hunk: Texts): readonly DiffLine[] {
  const known = cache.get(hunk);
  if (known !== undefined) return known;
  const lines = compare(linesOf(hunk.search), linesOf(hunk.replace));
  cache.set(hunk, lines);
  return lines;
}

export function lineCounts(hunks: readonly Texts[]): LineCounts {
  let added = 0;
  let removed = 0;
  for (const { kind } of hunks.flatMap(diffLines)) {
    if (kind === "added") added += 1;
    else if (kind === "removed") removed += 1;
  }
  return { added, removed };
}

/** Hunks never change once they are proposed. */
const cache = new WeakMap<Texts, readonly DiffLine[]>();

/** Lines that differ; the time it takes grows with their number and with that of all lines. */
const MOST_EDITS = 400;

function compare(before: readonly string[], after: readonly string[]): DiffLine[] {
  const head = sharedLines(before, after);
  const tail = sharedLines(before.slice(head).reverse(), after.slice(head).reverse());
  const oldMiddle = before.slice(head, before.length - tail);
  const newMiddle = after.slice(head, after.length - tail);
  const changes = diffArrays(oldMiddle, newMiddle, { maxEditLength: MOST_EDITS }) ?? [
    { value: oldMiddle, removed: true, added: false },
    { value: newMiddle, removed: false, added: true },
  ];
  const writer = new Writer();
  writer.write("same", before.slice(0, head));
  for (const { value, added, removed } of changes) writer.write(added ? "added" : removed ? "removed" : "same", value);
  writer.write("same", before.slice(before.length - tail));
  return writer.lines;
}

/** Counts where each line stands while they are written down. */
class Writer {
  readonly lines: DiffLine[] = [];
  #old = 0;
  #new = 0;

  write(kind: DiffLine["kind"], texts: readonly string[]): void {
    for (const text of texts) {
      this.lines.push({ kind, text, index: kind === "added" ? this.#new : this.#old });
      if (kind !== "added") this.#old += 1;
      if (kind !== "removed") this.#new += 1;
    }
  }
}

function sharedLines(one: readonly string[], other: readonly string[]): number {
  const most = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < most && one[shared] === other[shared]) shared += 1;
  return shared;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
