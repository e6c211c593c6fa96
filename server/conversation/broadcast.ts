import type { ChatEvent } from "../protocol/events.ts";
import { AsyncQueue } from "../util/asyncQueue.ts";

/** Hands each event to every subscriber. */
export class Broadcast {
  readonly #subscribers = new Set<AsyncQueue<ChatEvent>>();
  #failure: Error | undefined;

  get size(): number {
    return this.#subscribers.size;
  }

  send(event: ChatEvent): void {
    for (const subscriber of this.#subscribers) subscriber.push(event);
  }

  /** Yields `first`, then what is sent from this call on, until the signal aborts or {@link end}. */
  subscribe(first: readonly ChatEvent[], signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
    const queue = new AsyncQueue<ChatEvent>(mergeText);
    for (const event of first) queue.push(event);
    this.#subscribers.add(queue);
    return this.#drain(queue, signal);
  }

  /** @param failure what the subscribers' iteration throws; absent when it just ends. */
  end(failure?: Error): void {
    this.#failure = failure;
    for (const subscriber of this.#subscribers) subscriber.end();
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

/** Text and reasoning that wait for a slow reader become one piece. */
function mergeText(last: ChatEvent, next: ChatEvent): ChatEvent | undefined {
  if (last.type !== "text" && last.type !== "reasoning") return undefined;
  if (next.type !== last.type || last.turnId !== next.turnId) return undefined;
  return last.offset + last.text.length === next.offset
    ? { ...next, offset: last.offset, text: last.text + next.text }
    : undefined;
}
