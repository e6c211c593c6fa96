import type { AcceptedEvent } from "./events.ts";
import type { Transcript, Turn } from "./transcript.ts";

/**
 * A message that is edited begins a branch: the edited message and all that follows it leave view and context, and are
 * kept. A turn stands behind the one that was the last of the branch in view when it was accepted (`Turn.after`); an edit
 * stands where the message stands that it edits. Where several stand in one place, `Transcript.chosen` says which is shown.
 */

/** What stands in one place: the versions of a message, in the order in which they were written. */
export interface Versions {
  readonly turnIds: readonly string[];
  /** Index of the one that is shown. */
  readonly shown: number;
}

/** The turns of the branch in view, oldest first: not taken back, a new answer in the place of the one it replaces. */
export function branchTurns(transcript: Transcript): Turn[] {
  const shown = transcript.turns.filter((turn) => turn.state !== "withdrawn" && turn.replacedBy === undefined);
  const isLinear = !hasBranches(transcript);
  if (isLinear && shown.every((turn) => turn.accepted.replaces === undefined)) return shown;
  const path = isLinear ? undefined : new Set(shownPath(transcript));
  return inOrder(transcript, shown, path);
}

/** The turns before this message on its own branch, whether that is in view or not; without those cleared away or forgotten. */
export function turnsBefore(transcript: Transcript, message: AcceptedEvent): Turn[] {
  const origin = originsIn(transcript)(message);
  const before = new Set(pathTo(transcript, origin.turnId));
  before.delete(origin.turnId);
  const shown = transcript.turns.filter(
    ({ accepted, state, replacedBy, forgotten }) =>
      state !== "withdrawn" &&
      replacedBy === undefined &&
      forgotten === undefined &&
      accepted.seq > transcript.clearedBefore,
  );
  return inOrder(transcript, shown, before);
}

/** Whether the first message stands in the place of the second, or behind it on the same branch. */
export function isAtOrBehind(transcript: Transcript, message: AcceptedEvent, other: AcceptedEvent): boolean {
  const originOf = originsIn(transcript);
  return pathTo(transcript, originOf(message).turnId).includes(originOf(other).turnId);
}

/** The turns of one message, in their order: its own, and those that answer it again. */
export function turnsOfMessage(transcript: Transcript, message: AcceptedEvent): Turn[] {
  const originOf = originsIn(transcript);
  const { turnId } = originOf(message);
  return transcript.turns.filter(({ accepted }) => originOf(accepted).turnId === turnId);
}

/** By turn: the versions of its message, where there are several. One and the same map while nothing was edited. */
export function versionsOf(transcript: Transcript): ReadonlyMap<string, Versions> {
  if (!hasBranches(transcript)) return NO_VERSIONS;
  const path = new Set(shownPath(transcript));
  const found = new Map<string, Versions>();
  for (const places of byPlaceBefore(transcript).values()) {
    const turnIds = places.filter(({ state }) => state !== "withdrawn").map(({ accepted }) => accepted.turnId);
    if (turnIds.length < 2) continue;
    for (const turnId of turnIds) found.set(turnId, { turnIds, shown: turnIds.findIndex((id) => path.has(id)) });
  }
  const originOf = originsIn(transcript);
  for (const { accepted } of transcript.turns) {
    const versions = accepted.replaces && found.get(originOf(accepted).turnId);
    if (versions) found.set(accepted.turnId, versions);
  }
  return found;
}

/** Where a message stands that edits this turn's: behind the same turn. */
export function placeOfEdit(transcript: Transcript, turnId: string): string | undefined {
  const turns = turnsById(transcript);
  const turn = turns.get(turnId);
  return turn && turns.get(originsIn(transcript)(turn.accepted).turnId)?.after;
}

/** The choices that bring the branch of this turn into view. */
export function choose(transcript: Transcript, turnId: string): Transcript["chosen"] {
  const turn = turnsById(transcript).get(turnId);
  if (turn === undefined) return transcript.chosen;
  const places = pathTo(transcript, originsIn(transcript)(turn.accepted).turnId);
  const next = byPlaceBefore(transcript);
  const steps = places.map((place, index) => [places[index - 1] ?? BEGINNING, place] as const);
  const forks = steps.filter(([before]) => (next.get(before)?.length ?? 0) > 1 || isRewoundAt(transcript, before));
  return { ...transcript.chosen, ...Object.fromEntries(forks) };
}

/** The choices with which this turn's message and what stands behind it are out of view, and the next message takes its place. */
export function rewind(transcript: Transcript, turnId: string): Transcript["chosen"] {
  const turn = turnsById(transcript).get(turnId);
  if (turn === undefined) return transcript.chosen;
  const origin = originsIn(transcript)(turn.accepted).turnId;
  return { ...choose(transcript, turnId), [placeOfEdit(transcript, origin) ?? BEGINNING]: NOBODY };
}

/** Whether somebody went back to before what stands behind this turn. */
export function isRewoundAt({ chosen }: Transcript, after: string | undefined): boolean {
  return chosen[after ?? BEGINNING] === NOBODY;
}

/** The first turn of what left the view when somebody went back, until the next message takes its place. */
export function rewoundTurn(transcript: Transcript): string | undefined {
  if (!isRewoundAt(transcript, transcript.tip)) return undefined;
  return byPlaceBefore(transcript)
    .get(transcript.tip ?? BEGINNING)
    ?.at(-1)?.accepted.turnId;
}

/** The last place of the branch that was chosen: behind it stands the next message. */
export function lastPlace(transcript: Transcript): string | undefined {
  const alive = livingPlaces(transcript);
  const turns = turnsById(transcript);
  const originOf = originsIn(transcript);
  const next = byPlaceBefore(transcript);
  let last: string | undefined;
  for (let choices = next.get(BEGINNING); choices !== undefined; choices = next.get(last)) {
    if (isRewoundAt(transcript, last)) break;
    let chosen = turns.get(transcript.chosen[last ?? BEGINNING] ?? "") ?? choices.at(-1);
    // An edit that was taken back gives the message that it edited back to view.
    while (chosen?.accepted.edits !== undefined && !alive.has(chosen.accepted.turnId)) {
      const edited = turns.get(chosen.accepted.edits);
      if (edited === undefined) break;
      chosen = turns.get(originOf(edited.accepted).turnId);
    }
    if (chosen === undefined) break;
    last = chosen.accepted.turnId;
  }
  return last;
}

export function hasBranches(transcript: Transcript): boolean {
  for (const _place in transcript.chosen) return true;
  return false;
}

const NO_VERSIONS: ReadonlyMap<string, Versions> = new Map();

/** Key of the first place of a conversation in {@link Transcript.chosen}. */
const BEGINNING = "";
/** What is chosen where somebody went back to: none of those that stand there. No turn has such an id. */
const NOBODY = "";

/** Finds the message that a message answers again, however often that was done; else itself. */
function originsIn({ turns }: Transcript): (message: AcceptedEvent) => AcceptedEvent {
  const messages = new Map(turns.map(({ accepted }) => [accepted.turnId, accepted]));
  return (message) => {
    let origin = message;
    while (origin.replaces !== undefined) {
      const original = messages.get(origin.replaces);
      if (original === undefined) break;
      origin = original;
    }
    return origin;
  };
}

/** @param path only what stands in one of these places. */
function inOrder(transcript: Transcript, turns: readonly Turn[], path: ReadonlySet<string> | undefined): Turn[] {
  const originOf = originsIn(transcript);
  const indexes = new Map(transcript.turns.map(({ accepted }, index) => [accepted.turnId, index]));
  return turns
    .map((turn) => ({ turn, place: originOf(turn.accepted).turnId }))
    .filter(({ place }) => path === undefined || path.has(place))
    .sort((a, b) => (indexes.get(a.place) ?? 0) - (indexes.get(b.place) ?? 0))
    .map(({ turn }) => turn);
}

/** From the first place to the last of the branch in view; of a snapshot that still arrives, its last part. */
function shownPath(transcript: Transcript): string[] {
  return transcript.tip === undefined ? [] : pathTo(transcript, transcript.tip);
}

/** From the first place to this one. */
function pathTo(transcript: Transcript, turnId: string): string[] {
  const turns = turnsById(transcript);
  const places: string[] = [];
  for (let turn = turns.get(turnId); turn !== undefined; turn = turns.get(turn.after ?? BEGINNING)) {
    places.push(turn.accepted.turnId);
  }
  return places.reverse();
}

/** By the turn that stands before them, the turns that stand in one place. */
function byPlaceBefore(transcript: Transcript): Map<string | undefined, Turn[]> {
  const groups = new Map<string | undefined, Turn[]>();
  for (const turn of transcript.turns) {
    if (turn.accepted.replaces !== undefined) continue;
    const group = groups.get(turn.after ?? BEGINNING);
    if (group === undefined) groups.set(turn.after ?? BEGINNING, [turn]);
    else group.push(turn);
  }
  return groups;
}

function turnsById({ turns }: Transcript): ReadonlyMap<string, Turn> {
  return new Map(turns.map((turn) => [turn.accepted.turnId, turn]));
}

/** Places whose message was not taken back, or which have such a place behind them. */
function livingPlaces(transcript: Transcript): Set<string> {
  const alive = new Set<string>();
  for (const { accepted, state, after } of transcript.turns.toReversed()) {
    if (accepted.replaces !== undefined) continue;
    if (state !== "withdrawn") alive.add(accepted.turnId);
    if (after !== undefined && alive.has(accepted.turnId)) alive.add(after);
  }
  return alive;
}
