import type { ChatEvent } from "../protocol/events.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";

/** Characters that wait for one subscriber, about. */
const MOST_WAITING = 4 * 1024 * 1024;
/** Of an event without its texts. */
const BARE_WEIGHT = 500;

/** Hands each event to every subscriber. */
export class Broadcast {
  /** Each with whether it is told of who else is there. */
  readonly #subscribers = new Map<AsyncQueue<ChatEvent>, boolean>();
  #failure: Error | undefined;

  get size(): number {
    return this.#subscribers.size;
  }

  send(event: ChatEvent): void {
    for (const [subscriber, seesOthers] of this.#subscribers) {
      if (event.type !== "presence" || seesOthers) subscriber.push(event);
    }
  }

  /**
   * Yields `first`, then what is sent from this call on, until the signal aborts or {@link end}. Throws TooSlow when too much waits
   * for whoever reads it: they begin anew from the last they have.
   */
  subscribe(
    first: readonly ChatEvent[],
    signal: AbortSignal,
    { seesOthers = false } = {},
  ): AsyncGenerator<ChatEvent, void> {
    const queue = new AsyncQueue<ChatEvent>({ merge: merged, weigh, most: MOST_WAITING }, first);
    this.#subscribers.set(queue, seesOthers);
    return this.#drain(queue, signal);
  }

  /** @param failure what the subscribers' iteration throws; absent when it just ends. */
  end(failure?: Error): void {
    this.#failure = failure;
    for (const subscriber of this.#subscribers.keys()) subscriber.end();
  }

  async *#drain(queue: AsyncQueue<ChatEvent>, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    const end = () => queue.end();
    signal.addEventListener("abort", end, { once: true });
    try {
      if (!signal.aborted) yield* queue;
      if (!signal.aborted && this.#failure !== undefined) throw this.#failure;
    } finally {
      signal.removeEventListener("abort", end);
      this.#subscribers.delete(queue);
    }
  }
}

/** Text and reasoning that wait for a slow reader become one piece; of who is there only the last word counts. */
function merged(last: ChatEvent, next: ChatEvent): ChatEvent | undefined {
  if (last.type === "presence" && next.type === "presence") return next;
  if (last.type !== "text" && last.type !== "reasoning") return undefined;
  if (next.type !== last.type || last.turnId !== next.turnId) return undefined;
  return last.offset + last.text.length === next.offset
    ? { ...next, offset: last.offset, text: last.text + next.text }
    : undefined;
}

/** About how many characters it has. */
function weigh(event: ChatEvent): number {
  switch (event.type) {
    case "text":
    case "reasoning":
    case "done":
      return event.text.length + BARE_WEIGHT;
    case "accepted":
      return event.content.length + BARE_WEIGHT;
    case "context":
      return (event.receipt.included.length + event.receipt.leftOut.length + 1) * BARE_WEIGHT;
    default:
      return BARE_WEIGHT;
  }
}
