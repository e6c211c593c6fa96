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
  /** How many turns stand before those of `turns` and are still on their way; 0 but while a snapshot arrives. */
  readonly earlier: number;
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
  earlier: 0,
  clearedBefore: 0,
  lastSeq: 0,
  updatedAt: "",
  caughtUp: false,
  deleted: false,
};

export function update(transcript: Transcript, event: ChatEvent | PersistedEvent): Transcript {
  return updateAll(transcript, [event]);
}

/** The same as {@link update} with one event after another, in time that grows with their number and no faster. */
export function updateAll(transcript: Transcript, events: Iterable<ChatEvent | PersistedEvent>): Transcript {
  const draft = new Draft(transcript);
  for (const event of events) {
    if (!("seq" in event) || event.type === "caughtUp") applyEvent(draft, event);
    else if (event.seq > draft.transcript.lastSeq) {
      applyEvent(draft, event);
      draft.set({ lastSeq: event.seq, updatedAt: event.at });
    }
  }
  return draft.transcript;
}

/** The turns a person sees: not taken back, not cleared away; a new answer stands in the place of the one it replaces. */
export function visibleTurns(transcript: Transcript): Turn[] {
  const { turns, clearedBefore } = transcript;
  const shown = turns.filter(
    (turn) => turn.state !== "withdrawn" && turn.replacedBy === undefined && turn.accepted.seq > clearedBefore,
  );
  if (shown.every((turn) => turn.accepted.replaces === undefined)) return shown;
  const place = placesIn(transcript);
  return shown
    .map((turn) => ({ turn, place: place(turn.accepted) }))
    .sort((a, b) => a.place - b.place)
    .map(({ turn }) => turn);
}

/** Finds the `seq` of the message that a message answers again, however often that was done; else its own. */
export function placesIn({ turns }: Transcript): (message: AcceptedEvent) => number {
  const messages = new Map(turns.map(({ accepted }) => [accepted.turnId, accepted]));
  return (message) => {
    let place = message;
    while (place.replaces !== undefined) {
      const original = messages.get(place.replaces);
      if (original === undefined) break;
      place = original;
    }
    return place.seq;
  };
}

/** The turn whose answer is under way. */
export function runningTurn(transcript: Transcript): Turn | undefined {
  return transcript.turns.findLast((turn) => turn.state === "running");
}

/** A transcript while events are applied to it: its list of turns is copied once, however many there are. */
class Draft {
  #transcript: Transcript;
  #turns: Turn[] | undefined;
  /** Where each turn stands; made when a turn is asked for that is not the last one. */
  #indexes: Map<string, number> | undefined;

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  set(changes: Partial<Omit<Transcript, "turns">>): void {
    this.#transcript = { ...this.#transcript, ...changes };
  }

  replace(transcript: Transcript): void {
    this.#transcript = transcript;
    this.#turns = undefined;
    this.#indexes = undefined;
  }

  prepend(turns: readonly Turn[]): void {
    const earlier = Math.max(0, this.#transcript.earlier - turns.length);
    this.replace({ ...this.#transcript, turns: [...turns, ...this.#transcript.turns], earlier });
  }

  add(turn: Turn): void {
    this.#indexes?.set(turn.accepted.turnId, this.#own().length);
    this.#own().push(turn);
  }

  /** Does nothing when there is no such turn. */
  change(turnId: string, changes: (turn: Turn) => Partial<Turn>): void {
    const index = this.#indexOf(turnId);
    const turn = this.#transcript.turns[index];
    if (turn !== undefined) this.#own()[index] = { ...turn, ...changes(turn) };
  }

  #own(): Turn[] {
    if (this.#turns === undefined) {
      this.#turns = [...this.#transcript.turns];
      this.#transcript = { ...this.#transcript, turns: this.#turns };
    }
    return this.#turns;
  }

  #indexOf(turnId: string): number {
    const { turns } = this.#transcript;
    if (turns.at(-1)?.accepted.turnId === turnId) return turns.length - 1;
    this.#indexes ??= new Map(turns.map(({ accepted }, index) => [accepted.turnId, index]));
    return this.#indexes.get(turnId) ?? -1;
  }
}

function applyEvent(draft: Draft, event: ChatEvent | PersistedEvent): void {
  switch (event.type) {
    case "accepted":
      accept(draft, event);
      break;
    case "started":
      draft.change(event.turnId, () => ({
        state: "running",
        kind: event.kind,
        ...(event.command !== undefined && { command: event.command }),
      }));
      break;
    case "context":
      draft.change(event.turnId, () => ({ receipt: event.receipt }));
      break;
    case "text":
      draft.change(event.turnId, (turn) => ({
        text: turn.text.slice(0, event.offset) + event.text,
        progress: undefined,
      }));
      break;
    case "checkpoint": // written later than it was said: more may have been said since
      draft.change(event.turnId, (turn) => {
        const text = turn.text.slice(0, event.offset) + event.text;
        return text.length > turn.text.length ? { text } : {};
      });
      break;
    case "progress":
      draft.change(event.turnId, () => ({ progress: event.message }));
      break;
    case "done":
      draft.change(event.turnId, () => ({
        state: "done",
        text: event.text,
        progress: undefined,
        doneAt: event.at,
        stopReason: event.stopReason,
        error: event.error,
        model: event.model,
        usage: event.usage,
      }));
      break;
    case "withdrawn":
      withdraw(draft, event.turnId);
      break;
    case "cleared":
      draft.set({ clearedBefore: event.seq });
      break;
    case "titled":
      draft.set({ title: event.title, titledByUser: event.byUser });
      break;
    case "deleted":
      draft.set({ deleted: true });
      break;
    case "snapshot":
      draft.replace(event.transcript);
      break;
    case "earlier":
      draft.prepend(event.turns);
      break;
    case "caughtUp":
      draft.set({ caughtUp: true });
      break;
  }
}

function accept(draft: Draft, event: AcceptedEvent): void {
  if (event.replaces !== undefined) draft.change(event.replaces, () => ({ replacedBy: event.turnId }));
  draft.add({ accepted: event, state: "queued", text: event.continues ?? "" });
}

/** A retry that was taken back gives the turn it replaced back to view. */
function withdraw(draft: Draft, turnId: string): void {
  draft.change(turnId, ({ accepted: { replaces } }) => {
    if (replaces !== undefined) {
      draft.change(replaces, ({ replacedBy }) => (replacedBy === turnId ? { replacedBy: undefined } : {}));
    }
    return { state: "withdrawn" };
  });
}
