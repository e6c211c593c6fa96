import { computed, signal } from "@preact/signals";
import type { PanelMethod } from "../server/protocol/panel.ts";
import type { Params, RetryParams } from "../server/protocol/requests.ts";
import type { Transcript, Turn } from "../server/protocol/transcript.ts";
import type { Conversation } from "./conversation.ts";
import { CallFailed, type Host } from "./host.ts";
import { lastMessage } from "./state.ts";

/** A message on its way, until the server has written it down. */
export interface Outgoing {
  readonly operationId: string;
  readonly content: string;
}

/** The box: what is being written, what is on its way, and what went wrong with it. A message is never lost. */
export class Composer {
  readonly draft = signal("");
  /** Why the last request failed, and what to do. */
  readonly alert = signal<string | undefined>(undefined);
  readonly #sent = signal<readonly Outgoing[]>([]);
  /** Those on their way that the transcript does not show yet. */
  readonly outgoing = computed(() => {
    const shown = this.#conversation.transcript.value;
    return this.#sent.value.filter((message) => !isAccepted(message, shown));
  });
  readonly #host: Host;
  readonly #conversation: Conversation;
  #failed: Outgoing | undefined;

  constructor(host: Host, conversation: Conversation, draft: string) {
    this.#host = host;
    this.#conversation = conversation;
    this.draft.value = draft;
  }

  /** Puts text into the box, behind what stands there. */
  insert(text: string): void {
    const draft = this.draft.value;
    this.draft.value = draft === "" || draft === text ? text : `${draft}\n${text}`;
  }

  recall(): void {
    const last = lastMessage(this.#conversation.latest);
    if (this.draft.value === "" && last !== undefined) this.draft.value = last;
  }

  /** @param attach false sends nothing of the active editor along. */
  async send(content: string, attach: boolean): Promise<void> {
    const message = this.#outgoing(content);
    this.alert.value = undefined;
    this.draft.value = "";
    this.#sent.value = [...this.#sent.value, message];
    try {
      const conversationId = await this.#conversationId();
      await this.#host.call("rubberduck/conversation/send", {
        conversationId,
        ...message,
        client: "panel",
        ...(!attach && { attachments: [] }),
      });
    } catch (error) {
      this.#onSendFailed(message, error);
    } finally {
      this.#sent.value = this.#sent.value.filter((other) => other !== message);
    }
  }

  retry(turn: Turn, mode: RetryParams["mode"], model?: "offline"): Promise<boolean> {
    return this.#request("rubberduck/conversation/retry", {
      ...this.#turnParams(turn),
      operationId: crypto.randomUUID(),
      mode,
      client: "panel",
      options: { ...turn.accepted.options, ...(model && { model }) },
    });
  }

  /** A queued message comes back into the box. */
  async takeBack(turn: Turn): Promise<void> {
    if (await this.#request("rubberduck/conversation/withdraw", this.#turnParams(turn))) {
      this.insert(turn.accepted.content);
    }
  }

  stop(): Promise<unknown> {
    const conversationId = this.#conversation.id.value;
    return conversationId === undefined
      ? Promise.resolve()
      : this.#request("rubberduck/conversation/stop", { conversationId });
  }

  /** A send that failed is sent again under its id, in case the server had written it down after all. */
  #outgoing(content: string): Outgoing {
    const again = this.#failed?.content === content ? this.#failed : undefined;
    this.#failed = undefined;
    return again ?? { operationId: crypto.randomUUID(), content };
  }

  #onSendFailed(message: Outgoing, error: unknown): void {
    if (isAccepted(message, this.#conversation.latest)) return;
    this.alert.value = words(error);
    this.draft.value = [message.content, this.draft.value].filter((text) => text !== "").join("\n");
    if (!(error instanceof CallFailed) || error.code === "internal") this.#failed = message;
  }

  async #conversationId(): Promise<string> {
    const known = this.#conversation.id.value;
    if (known !== undefined) return known;
    const { conversationId } = await this.#host.call("rubberduck/conversation/create", {});
    this.#conversation.open(conversationId);
    return conversationId;
  }

  #turnParams(turn: Turn): { conversationId: string; turnId: string } {
    return { conversationId: this.#conversation.id.value ?? "", turnId: turn.accepted.turnId };
  }

  /** Answers whether it worked; if not, the alert says why. */
  async #request<M extends PanelMethod>(method: M, params: Params<M>): Promise<boolean> {
    this.alert.value = undefined;
    try {
      await this.#host.call(method, params);
      return true;
    } catch (error) {
      this.alert.value = words(error);
      return false;
    }
  }
}

function isAccepted({ operationId }: Outgoing, transcript: Transcript): boolean {
  return transcript.turns.some((turn) => turn.accepted.operationId === operationId);
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
