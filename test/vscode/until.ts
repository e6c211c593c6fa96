/** Asks `fn` again and again until it answers something true, and returns that. Errors count as "not yet". */
export async function until<T>(
  fn: () => T | Promise<T>,
  what: string,
  timeoutMs = 15_000,
): Promise<Exclude<T, undefined | null | false | "" | 0>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      last = await fn();
      if (last) return last as Exclude<T, undefined | null | false | "" | 0>;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}. At last: ${describe(last)}`);
}

function describe(last: unknown): string {
  return last instanceof Error ? last.message : String(JSON.stringify(last));
}
