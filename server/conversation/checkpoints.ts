import type { Turn } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import { mask } from "../util/redaction.ts";
import type { Unnumbered } from "./journal.ts";
import { settledLength } from "./withoutSecrets.ts";

/** An unfinished answer is written this often, so that a crash keeps all but its last second. */
const CHECKPOINT_MS = 1000;
/** Its beginning sooner: whoever has read that does not see it vanish. */
const BEGINNING_MS = 250;

/**
 * Writes what has been said since the last checkpoint, once a second, while a reply is in flight; the first words at once.
 * @returns what ends it.
 */
export function checkpointEvery(
  turn: () => Turn,
  record: (event: Unnumbered) => Promise<void>,
  clock: Clock,
): () => void {
  const { turnId } = turn().accepted;
  let offset = turn().text.length;
  let thought = 0;
  let cancel = () => {};
  const schedule = (ms: number) => {
    cancel = clock.after(ms, () => {
      const { text: said, reasoning: thoughts } = turn();
      const text = settledFrom(said, offset);
      const thinking = settledFrom(thoughts?.text ?? "", thought);
      if (text !== "" || thinking !== "") {
        const reasoning = { offset: thought, text: thinking, ms: thoughts?.ms ?? 0 };
        void record({ type: "checkpoint", turnId, offset, text, ...(thinking !== "" && { reasoning }) });
        offset += text.length;
        thought += thinking.length;
      }
      schedule(offset + thought === 0 ? BEGINNING_MS : CHECKPOINT_MS);
    });
  };
  schedule(BEGINNING_MS);
  return () => cancel();
}

/** Judged as a whole: what is a secret may show only from what stands before it. */
function settledFrom(text: string, offset: number): string {
  const end = settledLength(text);
  return end > offset ? mask(text).slice(offset, end) : "";
}
