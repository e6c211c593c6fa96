import type { Receipt } from "../../../server/protocol/events.ts";
import type { Turn } from "../../../server/protocol/transcript.ts";
import type { MemoryChange } from "../../memory/memories.ts";
import { recalledIds } from "../../state.ts";
import { usePanel } from "../context.ts";

/** Once something was changed that this answer rests on. */
export function AnswerAgain({ turn, receipt }: { turn: Turn; receipt: Receipt }) {
  const { memories, composer } = usePanel();
  const changes = memories.changes.value;
  const made = recalledIds({ ...receipt, leftOut: [] }).flatMap((id) => changes.get(id)?.kind ?? []);
  if (made.length === 0) return null;
  return (
    <div class="buttons answer-again">
      <button type="button" class="button secondary small" onClick={() => void composer.retry(turn, "regenerate")}>
        {labelFor(made)}
      </button>
    </div>
  );
}

function labelFor(made: readonly MemoryChange["kind"][]): string {
  const corrected = made.filter((kind) => kind === "corrected").length;
  if (corrected === 0) return made.length === 1 ? "Answer again without it" : "Answer again without these";
  if (corrected < made.length) return "Answer again with these changes";
  return corrected === 1 ? "Answer again with the correction" : "Answer again with the corrections";
}
