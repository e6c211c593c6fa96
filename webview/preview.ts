import { computed, effect, signal } from "@preact/signals";
import type { Receipt } from "../server/protocol/events.ts";
import { CallFailed } from "./host.ts";
import type { Panel } from "./panel.ts";

/** Writing rests this long before it is asked what would be sent. */
const REST_MS = 300;

/** What would be sent to the model if the box were sent now. While the box is empty it is only asked for when it is to be shown. */
export class ContextPreview {
  readonly receipt = signal<Receipt | undefined>(undefined);
  /** Why it could not be sent as it is: it is too long. */
  readonly problem = signal<string | undefined>(undefined);
  /** It is listed, not only measured. */
  readonly isOpen = signal(false);
  /** Said instead of a list. */
  readonly note = signal<string | undefined>(undefined);
  readonly #panel: Panel;
  readonly #server = computed(() => this.#panel.state.value.server);
  readonly #model = computed(() => {
    const { model } = this.#panel.state.value;
    return `${model?.model.id} ${JSON.stringify(this.#panel.conversation.transcript.value.modelChoice)}`;
  });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #wasEmpty = true;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  start(): void {
    effect(() => {
      const { composer, conversation, attachments, answering } = this.#panel;
      const content = composer.draft.value;
      const isEmpty = content.trim() === "" && composer.attachments.value.length === 0;
      const conversationId = conversation.id.value;
      const along = attachments.value;
      // Another model has another window; a state without a change of these is no reason to ask.
      const server = this.#server.value;
      void this.#model.value;
      // An answer that ends becomes part of what is sent with the next message.
      void answering.value;
      // It was sent, or taken back.
      if (isEmpty && !this.#wasEmpty) this.isOpen.value = false;
      this.#wasEmpty = isEmpty;
      const isOpen = this.isOpen.value;
      clearTimeout(this.#timer);
      this.#asked += 1;
      if ((isEmpty && !isOpen) || server !== "ready") {
        this.receipt.value = undefined;
        this.problem.value = undefined;
        this.note.value = undefined;
        return;
      }
      const asked = this.#asked;
      const params = { content, attachments: along, ...(conversationId !== undefined && { conversationId }) };
      this.#timer = setTimeout(() => {
        this.#panel.host.call("rubberduck/context/preview", params).then(
          ({ receipt }) => this.#show(asked, receipt, undefined),
          (error: unknown) => {
            const isTooLong = error instanceof CallFailed && error.code === "contextTooLong";
            this.#show(asked, undefined, isTooLong ? error.message : undefined);
          },
        );
      }, REST_MS);
    });
  }

  #show(asked: number, receipt: Receipt | undefined, problem: string | undefined): void {
    if (asked !== this.#asked) return;
    const isOffline = receipt?.model.kind === "offline";
    this.receipt.value = isOffline ? undefined : receipt;
    this.note.value = isOffline ? "Nothing would be sent anywhere: no model is connected." : undefined;
    this.problem.value = problem;
  }
}
