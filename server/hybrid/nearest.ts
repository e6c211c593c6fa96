/** The names that may have been meant by a name that is none, the nearest first; at most 3. */
export function nearest(name: string, names: readonly string[]): string[] {
  const typed = name.toLowerCase().slice(0, MOST);
  return names
    .map((one) => ({ one, distance: distanceOf(typed, one) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(Math.max(typed.length, one.length) / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ one }) => one);
}

const MOST = 40;

/** How many letters are to be put in, left out, changed, or swapped with the next (optimal string alignment). */
function distanceOf(from: string, to: string): number {
  if (to.startsWith(from) || from.startsWith(to)) return Math.min(1, Math.abs(from.length - to.length));
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      let least = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + change);
      const isSwapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwapped) least = Math.min(least, at(beforeLast, column - 2) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
