import { type Signal, signal } from "@preact/signals";
import type { EventError } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import { emptyTranscript, type Transcript, update } from "../server/protocol/transcript.ts";
import { finishedSentences, speakable } from "./announce.ts";
import type { Host } from "./host.ts";
import type { People } from "./people.ts";
import { reviewNews } from "./reviews/words.ts";
import { answerOffset } from "./state.ts";

/**
 * The conversation that is shown. It follows the server's events and, when the subscription breaks off, takes up where
 * it stood. What is drawn changes once per frame at most, however fast events arrive.
 */
export class Conversation {
  readonly id: Signal<string | undefined>;
  readonly transcript = signal<Transcript>(emptyTranscript);
  /** What a screen reader hears next. */
  readonly spoken = signal("");
  /** Why the conversation cannot be followed. */
  readonly trouble = signal<EventError | undefined>(undefined);
  readonly #host: Host;
  readonly #people: People;
  readonly #onGone: (wasDeleted: boolean) => void;
  #latest = emptyTranscript;
  #frame = 0;
  #following = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #serverReady = false;
  #said = { turnId: "", upTo: 0 };

  /** @param onGone the conversation was deleted, or is not known to this server. */
  constructor(host: Host, people: People, id: string | undefined, onGone: (wasDeleted: boolean) => void) {
    this.#host = host;
    this.#people = people;
    this.#onGone = onGone;
    this.id = signal(id);
  }

  /** All events received so far, also those that are not drawn yet. */
  get latest(): Transcript {
    return this.#latest;
  }

  /** Shows another conversation, or with no id a new one. */
  open(id: string | undefined): void {
    this.id.value = id;
    this.#latest = emptyTranscript;
    this.#following = false;
    this.#failures = 0;
    this.trouble.value = undefined;
    this.spoken.value = "";
    this.#people.leave();
    this.#draw();
    this.#follow();
  }

  /** To be told of each change: a server that comes back is asked for what was missed. */
  setServerReady(ready: boolean): void {
    this.#serverReady = ready;
    if (!ready) this.#following = false;
    this.#follow();
  }

  /** Asks at once whether the conversation can be followed again. */
  retryNow(): void {
    this.#failures = 0;
    this.#follow();
  }

  /** What was told so far may not be true any more: what is shown stays until the conversation comes again. */
  readAnew(): void {
    this.#latest = emptyTranscript;
  }

  #follow(): void {
    clearTimeout(this.#retry);
    const conversationId = this.id.value;
    if (this.#following || !this.#serverReady || conversationId === undefined) return;
    this.#following = true;
    // A snapshot of which a part is missing is of no use: it is asked for again.
    const lastSeq = this.#latest.earlier > 0 ? 0 : this.#latest.lastSeq;
    const from = { conversationId, lastSeq, offset: answerOffset(this.#latest), participant: this.#people.id };
    const isShown = () => this.#following && this.id.value === conversationId;
    this.#host.subscribe(from, {
      onEvent: (event) => isShown() && this.#apply(event),
      onEnded: (error) => isShown() && this.#onEnded(error),
    });
  }

  #onEnded(error: EventError | undefined): void {
    this.#following = false;
    this.#people.leave();
    if (error?.code === "notFound") {
      this.#onGone(false);
      return;
    }
    this.trouble.value = error;
    this.#retry = setTimeout(() => this.#follow(), Math.min(RETRY_MS * 2 ** this.#failures++, LONGEST_RETRY_MS));
  }

  #apply(event: ChatEvent): void {
    if (event.type === "presence") {
      this.#people.see(event.participants);
      return;
    }
    const live = this.#latest.caughtUp;
    this.#failures = 0;
    this.trouble.value = undefined;
    this.#latest = update(this.#latest, event);
    if (this.#latest.deleted) this.#onGone(true);
    if (live) this.#speak(event);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.transcript.value = this.#latest;
  }

  #speak(event: ChatEvent): void {
    if (event.type === "forgotten") this.spoken.value = FORGOTTEN[event.stage];
    if (event.type === "remembered") this.spoken.value = "The message is back";
    this.spoken.value = reviewNews(event, this.#latest) ?? this.spoken.value;
    if (event.type !== "text" && event.type !== "done") return;
    if (this.#said.turnId !== event.turnId) this.#said = { turnId: event.turnId, upTo: 0 };
    const answer = this.#latest.turns.findLast((turn) => turn.accepted.turnId === event.turnId)?.text ?? "";
    if (event.type === "done") {
      this.spoken.value = `${speakable(answer.slice(this.#said.upTo))} ${ENDINGS[event.stopReason]}`.trim();
    } else {
      const { text, upTo } = finishedSentences(answer, this.#said.upTo);
      this.#said = { turnId: event.turnId, upTo };
      if (text !== "") this.spoken.value = text;
    }
  }
}

/** Before a subscription is tried again although the server never went away. */
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

const FORGOTTEN = {
  undoable: "Forgotten. It can be brought back for ten minutes",
  final: "Removing the message from every file",
  erased: "The message stands in no file any more",
} as const;

const ENDINGS = {
  complete: "Answer complete",
  length: "The answer reached the model's limit",
  cancelled: "Stopped",
  interrupted: "The answer was cut off",
  error: "No answer",
} as const;
