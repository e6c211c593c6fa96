import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";

/** Whether the conversation that is shown is incognito: it stands in the server's memory, and nothing of it is kept here. */
export class Incognito {
  /** It is from its first message on; until then, because it was begun so. */
  readonly isOn: ReadonlySignal<boolean>;
  /** The page was loaded again, and the server does not know the conversation any more: it has none of its messages. */
  readonly isLost: ReadonlySignal<boolean>;
  /** One that was shown before is gone, and the user has not been told. */
  readonly isGone = signal(false);
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #isBegun: Signal<boolean>;

  /** @param wasOn the page was hidden or loaded again in the middle of one. */
  constructor(host: Host, conversation: Conversation, wasOn: boolean) {
    this.#host = host;
    this.#conversation = conversation;
    this.#isBegun = signal(wasOn);
    const before = wasOn ? conversation.id.peek() : undefined;
    this.isLost = computed(() => {
      const { caughtUp, turns } = conversation.transcript.value;
      return before !== undefined && conversation.id.value === before && caughtUp && turns.length === 0;
    });
    this.isOn = computed(() => this.#isBegun.value || conversation.transcript.value.turns.some(isIncognito));
  }

  begin(): void {
    this.#isBegun.value = true;
    this.isGone.value = false;
  }

  /** Another conversation is shown, of which the first messages may say otherwise. */
  leave(isOther = false): void {
    this.#isBegun.value = isOther;
  }

  /** @param wasDeleted by the user, who need not be told. */
  onGone(wasDeleted: boolean): void {
    this.isGone.value = this.isOn.peek() && !wasDeleted;
    this.leave();
  }

  /** Erases what was said, everywhere. */
  async close(): Promise<void> {
    const conversationId = this.#conversation.id.peek();
    if (conversationId !== undefined) await this.#host.call("rubberduck/conversation/delete", { conversationId });
  }
}

function isIncognito({ accepted }: { accepted: { options: { incognito?: boolean } } }): boolean {
  return accepted.options.incognito === true;
}
