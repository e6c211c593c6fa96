import type { Snapshot } from "../protocol/introspection.ts";
import type { RecallResult } from "../protocol/memory.ts";
import { Samples } from "./samples.ts";

/** Counts what the memory was asked and found. */
export class RecallMeter {
  readonly #ms = new Samples();
  #asked = 0;
  #found = 0;

  add({ hits, ms }: Pick<RecallResult, "hits" | "ms">): void {
    this.#asked += 1;
    if (hits.length > 0) this.#found += 1;
    this.#ms.add(ms);
  }

  get recalls(): Snapshot["recalls"] {
    return { asked: this.#asked, found: this.#found, ms: this.#ms.percentiles };
  }
}
