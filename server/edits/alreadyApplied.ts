import { bare } from "./lines.ts";
import type { Place, SearchedLines } from "./places.ts";

/** Lines to be changed, what is to stand there instead, and between which lines: what the nearest of them say, both ways round. */
export interface Wanted {
  readonly search: readonly string[];
  readonly replace: readonly string[];
  /** One as the file was, one as it is with all changes; undefined: an end of the file. */
  readonly between: readonly (readonly [before: string | undefined, behind: string | undefined])[];
}

/**
 * Where the replacement stands already: between the same lines between which the search stood, or, when something is only inserted,
 * around it.
 */
export function standingAlready(wanted: Wanted, now: SearchedLines, then: SearchedLines): Standing | undefined {
  const searched = now.find(wanted.search);
  if (wanted.replace.every((line) => bare(line) === "")) {
    return searched.length === 0 && isGone(wanted, now, then) ? NOWHERE : undefined;
  }
  if (searched.length > 0 && saysTheSame(wanted)) return undefined;
  const standing = now.find(wanted.replace);
  if (searched.length > 0) return around(searched, standing, wanted, now, then);
  const between = standing.filter((place) => isBetween(place, wanted, now, then));
  return between.length === 1 ? between[0] : undefined;
}

type Standing = Pick<Place, "start" | "end">;

/** Of lines that are gone no place is left. */
const NOWHERE: Standing = { start: -1, end: -1 };

/** Only blanks or the composition of letters change: what stands there says both. */
function saysTheSame({ search, replace }: Wanted): boolean {
  return search.length === replace.length && search.every((line, i) => bare(line) === bare(replace[i] ?? ""));
}

function around(
  searched: readonly Place[],
  standing: readonly Place[],
  wanted: Wanted,
  now: SearchedLines,
  then: SearchedLines,
): Place | undefined {
  const [place, ...others] = standing.filter(({ start, end }) => {
    return searched.every((one) => one.start >= start && one.end <= end);
  });
  if (place === undefined || others.length > 0) return undefined;
  return searched.length === 1 || isBetween(place, wanted, now, then) ? place : undefined;
}

function isBetween({ start, end }: Place, wanted: Wanted, now: SearchedLines, then: SearchedLines): boolean {
  const isWhole = wanted.replace.filter(isText).length >= wanted.search.filter(isText).length;
  // Where the file began or ended there may be new lines by now.
  const isNext = (is: string | undefined, was: string | undefined) =>
    is === was || (was === undefined && isWhole && is !== undefined && !then.says(is));
  return wanted.between.some(([before, behind]) => {
    const isBefore = isNext(now.neighbour(start - 1, -1), before);
    return isBefore && isNext(now.neighbour(end, 1), behind) && (before ?? behind) !== undefined;
  });
}

function isText(line: string): boolean {
  return bare(line) !== "";
}

/** What stood around it stands next to each other now, and did not before. */
function isGone({ between }: Wanted, now: SearchedLines, then: SearchedLines): boolean {
  return between.some(([before, behind]) => {
    return now.countBetween(before, behind) === 1 && then.countBetween(before, behind) === 0;
  });
}
