/** The known word that a mistyped one may stand for: at most two letters off, or begun like it; undefined when there is none. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const begun = word.length > 1 ? known.find((one) => one.startsWith(word) || word.startsWith(one)) : undefined;
  if (begun !== undefined) return begun;
  const [best] = known
    .map((one) => ({ one, off: lettersOff(word, one) }))
    .filter(({ one, off }) => off <= Math.min(2, one.length - 2))
    .sort((a, b) => a.off - b.off);
  return best?.one;
}

/** Levenshtein's distance: letters to add, drop or change. */
function lettersOff(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
