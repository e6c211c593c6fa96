import type { EventError } from "./errors.ts";
import type { AcceptedEvent, ChatEvent, ModelName, PersistedEvent, Receipt, StopReason, Usage } from "./events.ts";

/**
 * What a conversation's events add up to. Server, panel and terminal fold the same events with the same function, so
 * they cannot disagree. Pure: every change makes new objects for what changed and keeps the others.
 */
export interface Transcript {
  readonly title: string;
  readonly titledByUser: boolean;
  readonly turns: readonly Turn[];
  /** Turns with a lower `seq` were cleared away by the user. */
  readonly clearedBefore: number;
  /** Highest `seq` seen. */
  readonly lastSeq: number;
  /** ISO 8601; "" before the first event. */
  readonly updatedAt: string;
  /** True once all that was missed has arrived. */
  readonly caughtUp: boolean;
  readonly deleted: boolean;
}

/** One message of the user and the answer to it. */
export interface Turn {
  readonly accepted: AcceptedEvent;
  readonly state: "queued" | "running" | "done" | "withdrawn";
  readonly kind?: "chat" | "command";
  readonly command?: string;
  readonly progress?: string;
  readonly receipt?: Receipt;
  readonly text: string;
  readonly doneAt?: string;
  readonly stopReason?: StopReason;
  readonly error?: EventError;
  readonly model?: ModelName;
  readonly usage?: Usage;
  /** A later turn answers this message again. */
  readonly replacedBy?: string;
}

export const emptyTranscript: Transcript = {
  title: "",
  titledByUser: false,
  turns: [],
  clearedBefore: 0,
  lastSeq: 0,
  updatedAt: "",
  caughtUp: false,
  deleted: false,
};

export function update(transcript: Transcript, event: ChatEvent | PersistedEvent): Transcript {
  if ("seq" in event && event.type !== "caughtUp") {
    if (event.seq <= transcript.lastSeq) return transcript;
    return { ...applyEvent(transcript, event), lastSeq: event.seq, updatedAt: event.at };
  }
  return applyEvent(transcript, event);
}

/** The turns a person sees: not taken back, not cleared away; a new answer stands in the place of the one it replaces. */
export function visibleTurns(transcript: Transcript): Turn[] {
  const { turns, clearedBefore } = transcript;
  return turns
    .filter((turn) => turn.state !== "withdrawn" && turn.replacedBy === undefined && turn.accepted.seq > clearedBefore)
    .map((turn) => ({ turn, place: placeOf(transcript, turn.accepted) }))
    .sort((a, b) => a.place - b.place)
    .map(({ turn }) => turn);
}

/** The `seq` of the message that this one answers again, however often that was done; else its own. */
export function placeOf(transcript: Transcript, message: AcceptedEvent): number {
  let place = message;
  while (place.replaces !== undefined) {
    const { replaces } = place;
    const original = transcript.turns.find((turn) => turn.accepted.turnId === replaces);
    if (original === undefined) break;
    place = original.accepted;
  }
  return place.seq;
}

/** The turn whose answer is under way. */
export function runningTurn(transcript: Transcript): Turn | undefined {
  return transcript.turns.findLast((turn) => turn.state === "running");
}

function applyEvent(transcript: Transcript, event: ChatEvent | PersistedEvent): Transcript {
  switch (event.type) {
    case "accepted":
      return accept(transcript, event);
    case "started":
      return change(transcript, event.turnId, {
        state: "running",
        kind: event.kind,
        ...(event.command !== undefined && { command: event.command }),
      });
    case "context":
      return change(transcript, event.turnId, { receipt: event.receipt });
    case "text":
      return changeWith(transcript, event.turnId, (turn) => ({
        text: turn.text.slice(0, event.offset) + event.text,
        progress: undefined,
      }));
    case "checkpoint": // written later than it was said: more may have been said since
      return changeWith(transcript, event.turnId, (turn) => {
        const text = turn.text.slice(0, event.offset) + event.text;
        return text.length > turn.text.length ? { text } : {};
      });
    case "progress":
      return change(transcript, event.turnId, { progress: event.message });
    case "done":
      return change(transcript, event.turnId, {
        state: "done",
        text: event.text,
        progress: undefined,
        doneAt: event.at,
        stopReason: event.stopReason,
        error: event.error,
        model: event.model,
        usage: event.usage,
      });
    case "withdrawn":
      return unreplace(change(transcript, event.turnId, { state: "withdrawn" }), event.turnId);
    case "cleared":
      return { ...transcript, clearedBefore: event.seq };
    case "titled":
      return { ...transcript, title: event.title, titledByUser: event.byUser };
    case "deleted":
      return { ...transcript, deleted: true };
    case "caughtUp":
      return { ...transcript, caughtUp: true };
  }
}

function accept(transcript: Transcript, event: AcceptedEvent): Transcript {
  const replaced =
    event.replaces === undefined ? transcript : change(transcript, event.replaces, { replacedBy: event.turnId });
  const turn: Turn = { accepted: event, state: "queued", text: event.continues ?? "" };
  return { ...replaced, turns: [...replaced.turns, turn] };
}

/** A retry that was taken back gives the turn it replaced back to view. */
function unreplace(transcript: Transcript, turnId: string): Transcript {
  const replaced = transcript.turns.find((turn) => turn.replacedBy === turnId);
  return replaced ? change(transcript, replaced.accepted.turnId, { replacedBy: undefined }) : transcript;
}

function change(transcript: Transcript, turnId: string, changes: Partial<Turn>): Transcript {
  return changeWith(transcript, turnId, () => changes);
}

function changeWith(transcript: Transcript, turnId: string, changes: (turn: Turn) => Partial<Turn>): Transcript {
  const index = transcript.turns.findLastIndex((turn) => turn.accepted.turnId === turnId);
  const turn = transcript.turns[index];
  if (turn === undefined) return transcript;
  return { ...transcript, turns: transcript.turns.with(index, { ...turn, ...changes(turn) }) };
}
