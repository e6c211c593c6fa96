import type { Transcript, Turn } from "./transcript.ts";

/**
 * Messages that wait are answered in the order in which they stand in `Transcript.turns`. One that is promoted stands before
 * all that wait, also on its branch, so that what is read from above to below was said in that order.
 */

/** The same transcript when the turn does not wait, or is the next one already. Pure. */
export function promoted(transcript: Transcript, turnId: string): Transcript {
  const { turns } = transcript;
  const from = turns.findIndex(({ accepted }) => accepted.turnId === turnId);
  const turn = turns[from];
  if (turn?.state !== "queued") return transcript;
  const passed = passedPlaces(turns, turn);
  const before = passed === undefined ? turn.after : passed.after;
  const to = Math.max(
    turns.findIndex(({ state }) => state === "queued"),
    turns.findIndex(({ accepted }) => accepted.turnId === before) + 1,
  );
  if (to >= from) return transcript;
  const moved = turns.toSpliced(from, 1).toSpliced(to, 0, turn);
  if (passed === undefined) return { ...transcript, turns: moved };
  return {
    ...transcript,
    turns: moved.map((one) => standing(one, behindWhich(one, turn, passed))),
    ...(transcript.tip === turnId && { tip: turn.after }),
  };
}

/** The first of the waiting messages directly before this one on its branch; undefined when there is none to pass. */
function passedPlaces(turns: readonly Turn[], turn: Turn): Turn | undefined {
  const byId = new Map(turns.map((one) => [one.accepted.turnId, one]));
  const standAlone = (one: Turn) => turns.every((other) => other === one || !isBesides(other, one));
  let passed: Turn | undefined;
  let last = turn;
  // A place with several versions is where a branch begins: nothing gets before it.
  while (last.accepted.replaces === undefined && standAlone(last)) {
    if (last !== turn && last.state === "queued") passed = last;
    const previous = last.after === undefined ? undefined : byId.get(last.after);
    if (previous?.state !== "queued" && previous?.state !== "withdrawn") break;
    last = previous;
  }
  return passed;
}

/** Another version of the same place. */
function isBesides(one: Turn, other: Turn): boolean {
  return one.accepted.replaces === undefined && one.after === other.after;
}

function behindWhich(one: Turn, turn: Turn, passed: Turn): string | undefined {
  if (one === turn) return passed.after;
  if (one === passed) return turn.accepted.turnId;
  return one.after === turn.accepted.turnId ? turn.after : one.after;
}

function standing(turn: Turn, after: string | undefined): Turn {
  if (turn.after === after) return turn;
  const { after: _, ...rest } = turn;
  return after === undefined ? rest : { ...rest, after };
}
