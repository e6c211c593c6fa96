import { computed, effect, signal } from "@preact/signals";
import type { HostState } from "../server/protocol/panel.ts";
import type { ConversationSummary, DiscoveredEndpoint } from "../server/protocol/requests.ts";
import { editorAttachments, editorKey, savable } from "./attachments.ts";
import { Composer } from "./composer.ts";
import { Conversation } from "./conversation.ts";
import { Conversations } from "./conversations.ts";
import type { Host, HostNews } from "./host.ts";
import { ContextPreview } from "./preview.ts";
import { isAnswering, shownTurns, unknownHost } from "./state.ts";

/** The panel's state and everything that can be done in it; the views draw it and call it. */
export class Panel {
  readonly host: Host;
  readonly conversation: Conversation;
  readonly composer: Composer;
  readonly conversations: Conversations;
  readonly state = signal<HostState>(unknownHost);
  readonly view = signal<"chat" | "conversations">("chat");
  /** The message that the conversation shall show next, by its turn. */
  readonly jump = signal<string | undefined>(undefined);
  readonly endpoints = signal<readonly DiscoveredEndpoint[]>([]);
  /** Counts up each time the box shall take the focus. */
  readonly focusRequests = signal(0);
  readonly turns = computed(() => shownTurns(this.conversation.transcript.value));
  readonly answering = computed(() => isAnswering(this.conversation.transcript.value));
  readonly isEmpty = computed(() => this.turns.value.length + this.composer.outgoing.value.length === 0);
  readonly isLoading = computed(
    () => this.conversation.id.value !== undefined && !this.conversation.transcript.value.caughtUp,
  );
  /** What the editor shows and what goes along unasked; absent when there is nothing, or it was removed. */
  readonly chip = computed(() => {
    const editor = this.state.value.editor;
    return editor !== undefined && editorKey(editor) !== this.#removedChip.value ? editor : undefined;
  });
  /** All that goes along with the next message: what was named, then what is open. */
  readonly attachments = computed(() => [...this.composer.attachments.value, ...editorAttachments(this.chip.value)]);
  readonly preview: ContextPreview;
  readonly #removedChip = signal<string | undefined>(undefined);

  constructor(host: Host) {
    this.host = host;
    this.conversation = new Conversation(host, host.saved.conversationId, () => this.conversation.open(undefined));
    this.composer = new Composer(host, this.conversation, host.saved);
    this.conversations = new Conversations(host);
    this.preview = new ContextPreview(this);
  }

  start(): void {
    effect(() => {
      const conversationId = this.conversation.id.value;
      const attachments = savable(this.composer.attachments.value);
      this.host.save({ draft: this.composer.draft.value, attachments, ...(conversationId && { conversationId }) });
    });
    this.preview.start();
    this.host.start((news) => this.#receive(news));
  }

  /** False leaves the message in the box: the server is not there, or there is nothing to say. */
  send(content = this.composer.draft.value): boolean {
    if (content.trim() === "" || this.state.value.server !== "ready") return false;
    void this.composer.send(content, this.attachments.value);
    return true;
  }

  newConversation(): void {
    this.view.value = "chat";
    this.composer.alert.value = undefined;
    this.conversation.open(undefined);
    this.focus();
  }

  openConversation(conversationId: string): void {
    this.view.value = "chat";
    this.composer.alert.value = undefined;
    if (conversationId !== this.conversation.id.value) this.conversation.open(conversationId);
    this.focus();
  }

  /** Opens a conversation where this message stands. */
  openAt(conversationId: string, turnId: string): void {
    this.openConversation(conversationId);
    this.jump.value = turnId;
  }

  async deleteConversation(summary: ConversationSummary): Promise<void> {
    await this.conversations.delete(summary);
    if (summary.conversationId === this.conversation.id.value) this.conversation.open(undefined);
  }

  toggleConversations(): void {
    const opens = this.view.value === "chat";
    this.view.value = opens ? "conversations" : "chat";
    if (opens) void this.conversations.open();
    else this.focus();
  }

  removeChip(): void {
    const editor = this.state.value.editor;
    if (editor !== undefined) this.#removedChip.value = editorKey(editor);
    this.focus();
  }

  /** Looks for model servers on this computer. Finding none is no error. */
  discover(): void {
    this.host.call("rubberduck/model/discover", {}).then(
      ({ endpoints }) => {
        this.endpoints.value = endpoints;
      },
      () => {
        this.endpoints.value = [];
      },
    );
  }

  /** The endpoint is asked again with the next message; its state comes as the host's state. */
  tryEndpointNow(): void {
    this.host.call("rubberduck/model/retryNow", {}).catch((error: Error) => {
      this.composer.alert.value = error.message;
    });
  }

  focus(): void {
    this.focusRequests.value += 1;
  }

  #receive(news: HostNews): void {
    switch (news.type) {
      case "state":
        this.#setState(news.state);
        break;
      case "listChanged":
        if (this.view.value === "conversations") void this.conversations.refresh();
        break;
      case "command":
        this.#command(news);
        break;
    }
  }

  #setState(state: HostState): void {
    const label = state.editor && editorKey(state.editor);
    if (label !== undefined && label !== this.#removedChip.value) this.#removedChip.value = undefined;
    this.state.value = state;
    this.conversation.setServerReady(state.server === "ready");
  }

  #command(command: Extract<HostNews, { type: "command" }>): void {
    switch (command.name) {
      case "newConversation":
        this.newConversation();
        break;
      case "showConversations":
        if (this.view.value === "chat") this.toggleConversations();
        break;
      case "focusInput":
        this.view.value = "chat";
        this.focus();
        break;
      case "stop":
        void this.composer.stop();
        break;
      case "insert":
        this.view.value = "chat";
        this.composer.insert(command.text);
        this.focus();
        break;
    }
  }
}
