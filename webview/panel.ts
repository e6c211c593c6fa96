import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { versionsOf } from "../server/protocol/branches.ts";
import type { HostState, PanelPage } from "../server/protocol/panel.ts";
import type { ConversationHit, ConversationSummary, DiscoveredEndpoint } from "../server/protocol/requests.ts";
import { eachOnce, editorAttachments, editorKey, savable } from "./attachments.ts";
import { Choosing } from "./choosing.ts";
import { ChosenModel } from "./chosenModel.ts";
import { Composer } from "./composer.ts";
import { Conversation } from "./conversation.ts";
import { Conversations } from "./conversations.ts";
import { Forgetting } from "./forgetting.ts";
import type { Host, HostNews } from "./host.ts";
import { Incognito } from "./incognito.ts";
import { onMemoryCommand } from "./memory/commands.ts";
import { Memories } from "./memory/memories.ts";
import { MemoryPage } from "./memory/memoryPage.ts";
import { People } from "./people.ts";
import { ContextPreview } from "./preview.ts";
import { Queue } from "./queue.ts";
import { Reviews } from "./reviews/reviews.ts";
import { Rewinding } from "./rewinding.ts";
import { isAnswering, shownTurnId, shownTurns, unknownHost } from "./state.ts";

/** The panel's state and everything that can be done in it; the views draw it and call it. */
export class Panel {
  readonly host: Host;
  readonly people: People;
  readonly conversation: Conversation;
  readonly composer: Composer;
  readonly queue: Queue;
  readonly choosing: Choosing;
  readonly forgetting: Forgetting;
  readonly reviews: Reviews;
  readonly rewinding: Rewinding;
  readonly chosenModel: ChosenModel;
  readonly conversations: Conversations;
  readonly incognito: Incognito;
  readonly memories: Memories;
  readonly memoryPage: MemoryPage;
  readonly state = signal<HostState>(unknownHost);
  readonly view = signal<PanelPage>("chat");
  /** The message that the conversation shall show next, by its turn. */
  readonly jump = signal<string | undefined>(undefined);
  readonly endpoints = signal<readonly DiscoveredEndpoint[]>([]);
  /** Counts up each time the box shall take the focus. */
  readonly focusRequests = signal(0);
  /** A message to be brought into view, as soon as it is there. */
  readonly wanted = signal<Wanted | undefined>(undefined);
  /** The switcher of this turn's message takes the focus when it is drawn. */
  readonly focusVersion = signal<{ readonly turnId: string; readonly step: -1 | 1 } | undefined>(undefined);
  readonly versions = computed(() => versionsOf(this.conversation.transcript.value));
  readonly turns = computed(() => shownTurns(this.conversation.transcript.value));
  readonly answering = computed(
    () => isAnswering(this.conversation.transcript.value) || this.composer.outgoing.value.length > 0,
  );
  /** The turn of the message that is answered next, when the answer under way is done. */
  readonly next = computed(() => this.turns.value.find(({ waits }) => waits)?.turn.accepted.turnId);
  readonly isEmpty = computed(() => this.turns.value.length + this.composer.outgoing.value.length === 0);
  readonly isLoading = computed(
    () => this.conversation.id.value !== undefined && !this.conversation.transcript.value.caughtUp,
  );
  /** What the editor shows and what goes along unasked; absent when there is nothing, or it was removed. */
  readonly chip = computed(() => {
    const editor = this.state.value.editor;
    if (this.composer.editing.value !== undefined) return undefined;
    return editor !== undefined && editorKey(editor) !== this.#removedChip.value ? editor : undefined;
  });
  /** All that goes along with the next message: what was named, then what is open. */
  readonly attachments = computed(() =>
    eachOnce([...this.composer.attachments.value, ...editorAttachments(this.chip.value)]),
  );
  readonly preview: ContextPreview;
  #branchAsked: Wanted | undefined;
  readonly #removedChip = signal<string | undefined>(undefined);

  constructor(host: Host) {
    this.host = host;
    this.people = new People(host, () => this.conversation.id.peek());
    this.conversation = new Conversation(host, this.people, host.saved.conversationId, (wasDeleted) =>
      this.#onGone(wasDeleted),
    );
    this.incognito = new Incognito(host, this.conversation, host.saved.incognito === true);
    this.chosenModel = new ChosenModel(host, this.conversation);
    this.composer = new Composer(host, this.conversation, host.saved, {
      onCreated: (id) => this.chosenModel.keepFor(id),
      options: () => (this.incognito.isOn.peek() ? { incognito: true } : undefined),
    });
    this.queue = new Queue(host, this.conversation, this.composer, () => this.focus());
    this.choosing = new Choosing(host, this.conversation, (message) => {
      this.composer.alert.value = message;
    });
    this.forgetting = new Forgetting(host, this.conversation, this.composer);
    this.reviews = new Reviews(host, this.conversation, this.turns);
    this.rewinding = new Rewinding(host, this.conversation, this.composer, () => this.focus());
    this.conversations = new Conversations(host);
    this.memories = new Memories(host, this.conversation.id);
    this.memoryPage = new MemoryPage(host, this.memories);
    this.preview = new ContextPreview(this);
  }

  start(): void {
    effect(() => {
      const conversationId = this.conversation.id.value;
      if (this.incognito.isOn.value) {
        this.host.save({ draft: "", incognito: true, ...(conversationId && { conversationId }) });
        return;
      }
      const attachments = savable(this.composer.attachments.value);
      const editing = this.composer.editing.value;
      const kept = editing && { editing: { ...editing, attachments: savable(editing.attachments) } };
      this.host.save({
        draft: this.composer.draft.value,
        attachments,
        ...kept,
        ...(conversationId && { conversationId }),
      });
    });
    effect(() => this.people.wrote(this.composer.draft.value));
    effect(() => this.#goToWanted());
    effect(() => {
      if (this.incognito.isLost.value) untracked(() => this.#onGone(false));
    });
    effect(() => this.host.do({ kind: "showing", page: this.view.value }));
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
    this.#show(undefined, false);
    this.focus();
  }

  /** Its messages are not written, and neither is what stands in the box. */
  newIncognitoConversation(): void {
    this.#show(undefined, false);
    this.incognito.begin();
    this.focus();
  }

  openConversation(conversationId: string): void {
    if (conversationId === this.conversation.id.value) this.#showChat();
    else this.#show(conversationId, this.conversations.find(conversationId)?.incognito === true);
    this.focus();
  }

  /** Erases the incognito conversation that is shown. */
  async closeIncognito(): Promise<void> {
    try {
      await this.incognito.close();
      this.newConversation();
    } catch (error) {
      this.composer.alert.value = error instanceof Error ? error.message : String(error);
    }
  }

  #showChat(): void {
    if (this.view.value === "memory") this.memoryPage.close();
    this.view.value = "chat";
    this.composer.alert.value = undefined;
  }

  /** What was written in an incognito conversation is not taken into another. */
  #show(conversationId: string | undefined, isIncognito: boolean): void {
    this.#showChat();
    batch(() => {
      if (this.incognito.isOn.peek()) this.composer.clear();
      this.conversation.open(conversationId);
      this.incognito.leave(isIncognito);
      this.incognito.isGone.value = false;
    });
  }

  /** The conversation that is shown was deleted, or its server has ended and it was nowhere else. */
  #onGone(wasDeleted: boolean): void {
    batch(() => {
      this.incognito.onGone(wasDeleted);
      this.conversation.open(undefined);
    });
  }

  /** Opens a conversation where this message stands, on whatever branch. */
  openAt(conversationId: string, turnId: string): void {
    this.openConversation(conversationId);
    this.wanted.value = { conversationId, turnId };
  }

  /** Opens a conversation at the message that was found. */
  openHit({ conversationId, turnId }: ConversationHit): void {
    if (turnId === undefined) this.openConversation(conversationId);
    else this.openAt(conversationId, turnId);
  }

  /** Brings another version of an edited message into view, with all that followed it. */
  async showVersion(turnId: string, step: -1 | 1): Promise<void> {
    this.focusVersion.value = { turnId, step };
    if (!(await this.#showBranch(turnId))) this.focusVersion.value = undefined;
  }

  async #showBranch(turnId: string): Promise<boolean> {
    const conversationId = this.conversation.id.value;
    if (conversationId === undefined) return false;
    try {
      await this.host.call("rubberduck/conversation/showBranch", { conversationId, turnId });
      return true;
    } catch (error) {
      this.composer.alert.value = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  async deleteConversation(summary: ConversationSummary): Promise<void> {
    await this.conversations.delete(summary);
    if (summary.conversationId === this.conversation.id.value) this.conversation.open(undefined);
  }

  toggleConversations(): void {
    if (this.view.value === "chat") {
      this.view.value = "conversations";
      void this.conversations.open();
    } else this.closePage();
  }

  /** Shows all that is remembered, or what matches. */
  openMemory(query = ""): void {
    this.view.value = "memory";
    void this.memoryPage.open(query);
  }

  /** Back to the conversation from whatever page is shown. */
  closePage(): void {
    if (this.view.value === "memory") this.memoryPage.close();
    this.view.value = "chat";
    this.focus();
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
      case "otherOwner":
        this.conversation.readAnew();
        break;
      case "listChanged":
        if (this.view.value === "conversations") this.conversations.onChanged();
        break;
      case "memoryChanged":
        this.#onMemoryChanged();
        break;
      case "command":
        this.#command(news);
        break;
    }
  }

  #setState(state: HostState): void {
    const label = state.editor && editorKey(state.editor);
    if (label !== undefined && label !== this.#removedChip.value) this.#removedChip.value = undefined;
    const isBack = state.server === "ready" && this.state.value.server !== "ready";
    this.state.value = state;
    this.conversation.setServerReady(state.server === "ready");
    if (isBack) this.#onMemoryChanged();
  }

  #command(command: Extract<HostNews, { type: "command" }>): void {
    switch (command.name) {
      case "newConversation":
        this.newConversation();
        break;
      case "newIncognitoConversation":
        this.newIncognitoConversation();
        break;
      case "showConversations":
        if (this.view.value === "memory") this.closePage();
        if (this.view.value === "chat") this.toggleConversations();
        break;
      case "showMemory":
        this.openMemory(command.query);
        break;
      case "focusInput":
        this.view.value = "chat";
        this.focus();
        break;
      case "previewContext":
        this.view.value = "chat";
        this.preview.isOpen.value = true;
        break;
      case "stop":
        void this.composer.stop();
        break;
      case "pinConversation":
      case "renameConversation":
      case "exportConversation":
      case "deleteConversation":
        this.#onRow(command.name, command.conversationId ?? this.conversation.id.value);
        break;
      case "send":
        this.#showChat();
        void this.composer.sendFor({ ...command, content: command.text });
        break;
      case "insert":
        this.view.value = "chat";
        this.composer.insert(command.text);
        this.focus();
        break;
      default:
        onMemoryCommand(this, command);
    }
  }

  #onMemoryChanged(): void {
    this.memories.onChanged();
    this.memoryPage.onChanged();
  }

  /** From the context menu of a row, or the command palette. */
  #onRow(name: RowCommand, conversationId: string | undefined): void {
    const summary = this.conversations.find(conversationId);
    if (name === "exportConversation") this.exportConversation(conversationId);
    else if (summary === undefined) return;
    else if (name === "pinConversation") void this.conversations.pin(summary);
    else if (name === "deleteConversation") void this.deleteConversation(summary);
    else this.conversations.renaming.value = summary.conversationId;
  }

  exportConversation(conversationId: string | undefined): void {
    if (conversationId !== undefined) this.host.do({ kind: "exportConversation", conversationId });
    else this.composer.alert.value = "There is nothing to export: this conversation has no message yet.";
  }

  /** Goes to the wanted message once it is there; if another branch is in view, brings its own into view first. */
  #goToWanted(): void {
    const wanted = this.wanted.value;
    const transcript = this.conversation.transcript.value;
    if (wanted === undefined || wanted.conversationId !== this.conversation.id.value || !transcript.caughtUp) return;
    const shown = shownTurnId(transcript, wanted.turnId);
    if (shown !== undefined) {
      this.wanted.value = undefined;
      this.jump.value = shown;
    } else if (this.#branchAsked !== wanted) {
      this.#branchAsked = wanted;
      void this.#showBranch(wanted.turnId);
    }
  }
}

interface Wanted {
  readonly conversationId: string;
  readonly turnId: string;
}

type RowCommand = "pinConversation" | "renameConversation" | "exportConversation" | "deleteConversation";
