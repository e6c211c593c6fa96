import { signal } from "@preact/signals";
import type { Meant } from "../server/protocol/commands.ts";
import type { Turn } from "../server/protocol/transcript.ts";
import type { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";

/** Says what a message meant that could have meant several things: it is sent again in its place. */
export class Choosing {
  /** The turn whose message is on its way again. */
  readonly underWay = signal<string | undefined>(undefined);
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #onFailed: (message: string) => void;
  /** A choice that failed is sent again under its id, in case the server had written it down after all. */
  readonly #operations = new Map<string, string>();

  constructor(host: Host, conversation: Conversation, onFailed: (message: string) => void) {
    this.#host = host;
    this.#conversation = conversation;
    this.#onFailed = onFailed;
  }

  async choose({ accepted }: Turn, as: Meant): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined || this.underWay.value !== undefined) return;
    const { turnId, content, attachments, options } = accepted;
    const choice = `${turnId} ${as.kind === "command" ? as.command : ""}`;
    const operationId = this.#operations.get(choice) ?? crypto.randomUUID();
    this.#operations.set(choice, operationId);
    this.underWay.value = turnId;
    try {
      await this.#host.call("rubberduck/conversation/send", {
        ...{ conversationId, operationId, content, attachments, client: "panel", edits: turnId },
        options: { ...options, as },
      });
    } catch (error) {
      this.#onFailed(error instanceof Error ? error.message : String(error));
    } finally {
      this.underWay.value = undefined;
    }
  }
}
