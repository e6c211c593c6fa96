import { Worker } from "node:worker_threads";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";

const MAX_MS = 10_000;
const MAX_HEAP_MB = 256;

/** What a page says, without its markup. Throws DuckError invalidRequest when that cannot be found out. */
export async function textOfHtml(html: string, worker: URL, clock: Clock): Promise<string> {
  const thread = new Worker(worker, {
    workerData: html,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    name: "html",
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const cancelTimer = clock.after(MAX_MS, () => reject(new Error("it took too long")));
  thread.once("message", (text) => resolve(String(text)));
  thread.once("error", reject);
  thread.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  try {
    return await promise;
  } catch (error) {
    throw new DuckError("invalidRequest", "The page could not be turned into text. Paste the part you mean instead.", {
      cause: error,
    });
  } finally {
    cancelTimer();
    await thread.terminate();
  }
}
