/** What runs in the panel's page. Each function stands alone: it is sent there as text. */

/** Opens a conversation from the list, as a click would. In ms. */
export async function measureOpening(
  _: unknown,
  wanted: { title: string; first: string; last: string; messages: number },
): Promise<{ openMs: number; wholeMs: number }> {
  const frame = () => new Promise(requestAnimationFrame);
  const until = async <T>(ask: () => T | undefined | null | false, what: string): Promise<T> => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const found = ask();
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`Waited a minute in vain for ${what}.`);
      await frame();
    }
  };
  document.querySelector<HTMLElement>(".bar-title")?.click();
  const rows = () => Array.from(document.querySelectorAll<HTMLElement>("main .item [data-row-main]"));
  const row = await until(() => rows().find((one) => one.textContent?.includes(wanted.title)), wanted.title);
  const log = () => document.querySelector<HTMLElement>("[role=log]");
  const isShown = () => {
    const bubbles = Array.from(log()?.querySelectorAll(".bubble") ?? []);
    const last = bubbles.find((one) => one.textContent === wanted.last)?.getBoundingClientRect();
    const box = log()?.getBoundingClientRect();
    return last !== undefined && box !== undefined && last.bottom > box.top && last.top < box.bottom;
  };
  const started = performance.now();
  row.click();
  await until(() => !isShown() || undefined, "the other conversation to go");
  await until(isShown, "the last message");
  await frame();
  const openMs = performance.now() - started;
  const last = () => Array.from(document.querySelectorAll("article")).at(-1)?.getAttribute("aria-setsize");
  await until(() => log()?.ariaBusy === "false" && last() === String(wanted.messages), "the first message");
  return { openMs, wholeMs: performance.now() - started };
}

/** Scrolls from where it is to the top in `steps` frames; with 0 only watches, until the window hears "benchover". */
export async function frameTimes(_: unknown, steps: number): Promise<number[]> {
  const log = document.querySelector<HTMLElement>("[role=log]");
  if (log === null) throw new Error("No conversation is open.");
  let isOver = false;
  window.addEventListener("benchover", () => {
    isOver = true;
  });
  const times: number[] = [];
  let last = await new Promise(requestAnimationFrame);
  for (let frame = 0; steps === 0 ? !isOver : frame < steps; frame++) {
    if (steps > 0) log.scrollTop -= log.scrollTop / (steps - frame);
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
}

/** Only Chromium says it. */
export function heapBytes(): number {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize: number } };
  return memory?.usedJSHeapSize ?? Number.NaN;
}
