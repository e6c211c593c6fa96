import { computed, effect, signal, untracked } from "@preact/signals";
import type { ModelChoice } from "../server/protocol/events.ts";
import { labelOf } from "../server/protocol/modelLabel.ts";
import type { ModelStatus } from "../server/protocol/requests.ts";
import type { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";

const DEFAULT: ModelChoice = { kind: "default" };

/** Which model answers in the conversation that is shown. A new one keeps the choice until its first message. */
export class ChosenModel {
  /** The names that the endpoint offers; undefined until it was asked. */
  readonly names = signal<readonly string[] | undefined>(undefined);
  /** Why it could not be asked, or the choice not be kept. */
  readonly alert = signal<string | undefined>(undefined);
  readonly choice = computed(() =>
    this.#conversation.id.value === undefined ? this.#pending.value : this.#conversation.transcript.value.modelChoice,
  );
  readonly #pending = signal<ModelChoice>(DEFAULT);
  readonly #host: Host;
  readonly #conversation: Conversation;

  constructor(host: Host, conversation: Conversation) {
    this.#host = host;
    this.#conversation = conversation;
    effect(() => {
      if (conversation.id.value !== undefined) untracked(() => this.#forget());
    });
  }

  async choose(choice: ModelChoice): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) this.#pending.value = choice;
    else await this.#keep(conversationId, choice);
  }

  /** A new conversation has its id: what was chosen for it is kept with it. */
  async keepFor(conversationId: string): Promise<void> {
    if (this.#pending.value.kind !== "default") {
      await this.#host.call("rubberduck/conversation/chooseModel", { conversationId, choice: this.#pending.value });
    }
  }

  /** Asks the configured endpoint for the names of its models. */
  async listNames(): Promise<void> {
    this.alert.value = undefined;
    try {
      this.names.value = (await this.#host.call("rubberduck/model/list", {})).models;
    } catch (error) {
      this.names.value = [];
      this.alert.value = error instanceof Error ? error.message : String(error);
    }
  }

  #forget(): void {
    this.#pending.value = DEFAULT;
  }

  async #keep(conversationId: string, choice: ModelChoice): Promise<void> {
    this.alert.value = undefined;
    try {
      await this.#host.call("rubberduck/conversation/chooseModel", { conversationId, choice });
    } catch (error) {
      this.alert.value = error instanceof Error ? error.message : String(error);
    }
  }
}

export function isSameChoice(one: ModelChoice, other: ModelChoice): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the control below the box says: who would answer, and why. */
export function shownModel(
  choice: ModelChoice,
  status: ModelStatus,
): { name: string; reason: string; isOffline: boolean } {
  switch (choice.kind) {
    case "default": {
      const isOffline = status.model.kind === "offline";
      return { name: isOffline ? "Offline" : labelOf(status.model), reason: status.reason, isOffline };
    }
    case "offline":
      return { name: "Offline", reason: "This conversation is answered without a model.", isOffline: true };
    case "openai":
      return { name: choice.name, reason: `${choice.name}, chosen for this conversation.`, isOffline: false };
    case "editor": {
      const name = status.lent?.find(({ id }) => id === choice.id)?.name ?? choice.id;
      return { name, reason: `${name}, lent by the editor, chosen for this conversation.`, isOffline: false };
    }
  }
}
