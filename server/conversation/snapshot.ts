import type { ChatEvent } from "../protocol/events.ts";
import { hunksOf } from "../protocol/review.ts";
import type { Transcript, Turn } from "../protocol/transcript.ts";

/** The first piece is what one screen shows, and some more to scroll; it must arrive at once. */
const FIRST = { turns: 20, characters: 100_000 };
/** Small enough that no process between here and the panel is held up by one of them for long. */
const LATER = { turns: 200, characters: 400_000 };

/** A transcript as it is sent to somebody who has nothing of it: its end first, then back to its beginning. */
export function snapshotOf(transcript: Transcript): ChatEvent[] {
  const { turns } = transcript;
  let start = startOfPiece(turns, turns.length, FIRST);
  const first = { ...transcript, turns: turns.slice(start), earlier: start };
  const events: ChatEvent[] = [{ type: "snapshot", transcript: first }];
  while (start > 0) {
    const end = start;
    start = startOfPiece(turns, end, LATER);
    events.push({ type: "earlier", turns: turns.slice(start, end) });
  }
  return events;
}

/** Where the largest piece that ends at `end` begins. At least one turn goes, however long it is. */
function startOfPiece(turns: readonly Turn[], end: number, most: typeof FIRST): number {
  let start = end;
  let characters = 0;
  while (start > 0 && end - start < most.turns) {
    characters += sizeOf(turns[start - 1]);
    if (characters > most.characters && start < end) break;
    start--;
  }
  return start;
}

function sizeOf(turn: Turn | undefined): number {
  if (turn === undefined) return 0;
  const hunks = turn.reviews?.flatMap((review) => hunksOf(review)) ?? [];
  const proposed = hunks.reduce((sum, { search, replace }) => sum + search.length + replace.length, 0);
  return turn.accepted.content.length + turn.text.length + proposed;
}
