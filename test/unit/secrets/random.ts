/** The same numbers at every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const SETS: Readonly<Record<string, string>> = {
  x: "0123456789abcdef",
  d: "0123456789",
  a: `${LOWER}0123456789`,
  A: `${LOWER.toUpperCase()}234567`,
  w: `${LOWER}${LOWER.toUpperCase()}0123456789`,
  u: `${LOWER}${LOWER.toUpperCase()}0123456789_-`,
  b: `${LOWER}${LOWER.toUpperCase()}0123456789+/`,
};

/**
 * A text after a form: `{w36}` stands for 36 random letters and digits (x hex, d digits, a lower case and digits, A upper case
 * base 32, u URL-safe base 64, b base 64). So no key stands in a file.
 */
export function made(form: string, random: () => number): string {
  return form.replace(/\{([xdaAwub])(\d+)\}/g, (_, kind: string, count: string) => {
    const set = SETS[kind] ?? "";
    const value = Array.from({ length: Number(count) }, () => set[Math.floor(random() * set.length)]).join("");
    // Long ones have a digit: chance may leave it out, a real generator hardly ever does.
    return Number(count) >= 8 && !/\d/.test(value) ? `${value.slice(0, -2)}7${value.slice(-1)}` : value;
  });
}
