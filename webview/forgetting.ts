import { signal } from "@preact/signals";
import type { ForgetWhen } from "../server/protocol/requests.ts";
import type { Turn } from "../server/protocol/transcript.ts";
import type { Composer } from "./composer.ts";
import type { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";

/** Where the focus goes once the message shows what became of it. */
export interface WantedFocus {
  readonly turnId: string;
  readonly on: "undo" | "gone" | "message";
}

/** Forgetting messages of the conversation that is shown, and undoing it. */
export class Forgetting {
  readonly focus = signal<WantedFocus | undefined>(undefined);
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #composer: Composer;

  constructor(host: Host, conversation: Conversation, composer: Composer) {
    this.#host = host;
    this.#conversation = conversation;
    this.#composer = composer;
  }

  /** The message and its answers are gone from view. */
  async forget({ accepted: { turnId } }: Turn): Promise<void> {
    if (this.#composer.editing.value?.turnId === turnId) this.#composer.cancelEdit();
    await this.#ask({ turnId, on: "undo" }, (conversationId) => this.#call(conversationId, turnId, "later"));
  }

  /** Nobody can undo it any more. */
  async forgetNow({ accepted: { turnId } }: Turn): Promise<void> {
    await this.#ask({ turnId, on: "gone" }, (conversationId) => this.#call(conversationId, turnId, "now"));
  }

  async undo({ accepted: { turnId } }: Turn): Promise<void> {
    await this.#ask({ turnId, on: "message" }, (conversationId) =>
      this.#host.call("rubberduck/conversation/unforget", { conversationId, turnId }),
    );
  }

  #call(conversationId: string, turnId: string, when: ForgetWhen): Promise<unknown> {
    return this.#host.call("rubberduck/conversation/forget", { conversationId, turnId, when });
  }

  async #ask(focus: WantedFocus, ask: (conversationId: string) => Promise<unknown>): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) return;
    this.focus.value = focus;
    this.#composer.alert.value = undefined;
    try {
      await ask(conversationId);
    } catch (error) {
      this.focus.value = undefined;
      this.#composer.alert.value = error instanceof Error ? error.message : String(error);
    }
  }
}
