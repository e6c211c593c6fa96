import type { ProposedFile } from "../../server/protocol/edits.ts";
import { openHunks } from "../../server/protocol/review.ts";
import { KeyedValues } from "./keyedValues.ts";
import { fileKey, hunkKey, type ReviewPlace } from "./places.ts";

/**
 * What of proposed changes is unfolded, and what was shown in full. Kept here and not in the views, which are gone whenever
 * their message leaves the screen. All by the keys of places.ts.
 */
export class ReviewFolds {
  /** Files and changes that somebody opened or closed; the others are as their state says. */
  readonly #open = new KeyedValues<boolean>();
  /** Lines of a change, changes of a file, or files of a proposal that are drawn, where they are more than at first. */
  readonly #drawn = new KeyedValues<number>();
  /** Changes all lines of which were drawn, and files whose diff was opened in the editor. */
  readonly #seen = new KeyedValues<true>();

  isOpen(key: string, usual: boolean): boolean {
    return this.#open.get(key) ?? usual;
  }

  setOpen(key: string, isOpen: boolean): void {
    this.#open.set(key, isOpen);
  }

  /** As its state says again. */
  forget(keys: readonly string[]): void {
    this.#open.delete(...keys);
  }

  drawn(key: string, first: number): number {
    return Math.max(first, this.#drawn.get(key) ?? 0);
  }

  draw(key: string, number: number): void {
    this.#drawn.set(key, number);
  }

  /** Whether all that is to be decided in a file was in view, here or in the editor's diff. */
  wasLookedAt(place: ReviewPlace, file: ProposedFile): boolean {
    if (this.#seen.has(fileKey(place, file))) return true;
    const open = openHunks({ files: [file], decisions: place.review.decisions });
    return open.every((hunk) => this.#seen.has(hunkKey(place, hunk)));
  }

  noteSeen(key: string): void {
    this.#seen.set(key, true);
  }
}
