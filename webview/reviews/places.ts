import type { Hunk, ProposedFile, Review } from "../../server/protocol/edits.ts";

/** A proposal of a turn of the conversation that is shown. */
export interface ReviewPlace {
  readonly turnId: string;
  readonly review: Review;
}

/** One change in it. */
export interface HunkPlace extends ReviewPlace {
  readonly file: ProposedFile;
  readonly hunk: Hunk;
}

/** What tells proposals, files and changes from all others of the conversation. */
export const reviewKey = ({ turnId, review }: ReviewPlace): string => `${turnId}\n${review.id}`;
export const fileKey = (place: ReviewPlace, { path }: Pick<ProposedFile, "path">): string =>
  `${reviewKey(place)}\nfile\n${path}`;
export const hunkKey = (place: ReviewPlace, { id }: Pick<Hunk, "id">): string => `${reviewKey(place)}\nhunk\n${id}`;

/** All changes of a proposal, in the order in which they are shown. */
export function placesIn(place: ReviewPlace): HunkPlace[] {
  return place.review.files.flatMap((file) => file.hunks.map((hunk) => ({ ...place, file, hunk })));
}

export function isOpen({ review, hunk }: HunkPlace): boolean {
  return review.state === "open" && review.decisions[hunk.id] === undefined;
}

/** The next one behind or before a place that is to be decided; behind the last comes the first. */
export function nextOpen(places: readonly HunkPlace[], from: string | undefined, step: 1 | -1): HunkPlace | undefined {
  const inOrder = step > 0 ? places : places.toReversed();
  const start = inOrder.findIndex((place) => hunkKey(place, place.hunk) === from) + 1;
  return [...inOrder.slice(start), ...inOrder.slice(0, start)].find(isOpen);
}
