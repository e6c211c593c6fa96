import { computed, effect, signal, untracked } from "@preact/signals";
import { type Attachment, MAX_ATTACHMENTS } from "../server/protocol/attachments.ts";
import { sizeProblem } from "../server/protocol/errors.ts";
import type { SendOptions } from "../server/protocol/events.ts";
import type { PanelMethod } from "../server/protocol/panel.ts";
import type { Params, RetryParams } from "../server/protocol/requests.ts";
import type { Transcript, Turn } from "../server/protocol/transcript.ts";
import { isNamed, keyOf } from "./attachments.ts";
import type { Conversation } from "./conversation.ts";
import { type Dropped, type ReadDrop, readFiles } from "./drops.ts";
import { CallFailed, type Host, type Saved } from "./host.ts";
import { isAnswering, lastTurn } from "./state.ts";

/** A message on its way, until the server has written it down. */
export interface Outgoing {
  readonly operationId: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
}

/** An earlier message stands in the box to be sent anew. */
export interface Editing {
  readonly turnId: string;
  /** What stood in the box before; it comes back. */
  readonly draft: string;
  readonly attachments: readonly Attachment[];
}

/** Two are left for the active editor's file and selection. */
const MAX_ADDED = MAX_ATTACHMENTS - 2;

export interface Sending {
  /** What a new conversation needs before its first message. */
  onCreated(conversationId: string): Promise<void>;
  /** How a message is sent now. */
  options(): SendOptions | undefined;
}

interface Sent extends Outgoing {
  /** Absent until a new conversation has its id. */
  readonly conversationId: string | undefined;
}

/** The box: what is being written, what is on its way, and what went wrong with it. A message is never lost. */
export class Composer {
  readonly draft = signal("");
  /** Where the caret stands in the draft (UTF-16). */
  readonly caret = signal(0);
  /** What was named or added, shown as chips. */
  readonly attachments = signal<readonly Attachment[]>([]);
  readonly editing = signal<Editing | undefined>(undefined);
  /** Why the last request failed, and what to do. */
  readonly alert = signal<string | undefined>(undefined);
  /** Those that no transcript has shown yet. */
  readonly #sent = signal<readonly Sent[]>([]);
  /** Those of the conversation that is shown. */
  readonly outgoing = computed(() => {
    const shown = this.#conversation.id.value;
    return this.#sent.value.filter(({ conversationId = shown }) => conversationId === shown);
  });
  /** Operation ids of messages that were stopped while they were on their way. */
  readonly #unwanted = new Set<string>();
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #sending: Sending;
  #failed: Outgoing | undefined;

  constructor(host: Host, conversation: Conversation, saved: Saved, sending: Sending) {
    this.#host = host;
    this.#conversation = conversation;
    this.#sending = sending;
    this.editing.value = saved.editing;
    let shown = conversation.id.peek();
    effect(() => {
      if (conversation.id.value !== shown) untracked(() => this.cancelEdit());
      shown = conversation.id.value;
    });
    this.writeAll(saved.draft);
    this.attachments.value = saved.attachments ?? [];
    effect(() => {
      const shown = conversation.transcript.value;
      this.#dropSent((message) => isAccepted(message, shown));
      this.#stopUnwanted(shown);
    });
  }

  /** Puts text into the box, behind what stands there. */
  insert(text: string): void {
    const draft = this.draft.value;
    this.writeAll(draft === "" || draft === text ? text : `${draft}\n${text}`);
  }

  /** Each thing once; as many as a message may take along. */
  attach(...added: readonly Attachment[]): void {
    const known = new Map(this.attachments.value.map((attachment) => [keyOf(attachment), attachment]));
    for (const attachment of added) known.set(keyOf(attachment), attachment);
    this.attachments.value = [...known.values()].slice(0, MAX_ADDED);
    if (known.size > MAX_ADDED) this.alert.value = `At most ${MAX_ADDED} things can go along with one message.`;
  }

  detach(attachment: Attachment): void {
    this.attachments.value = this.attachments.value.filter((one) => keyOf(one) !== keyOf(attachment));
  }

  /** Changes the draft as if it had been typed. */
  write({ draft, caret }: { draft: string; caret: number }): void {
    this.draft.value = draft;
    this.caret.value = caret;
  }

  /** The same with the caret behind it. */
  writeAll(draft: string): void {
    this.write({ draft, caret: draft.length });
  }

  /** An empty box, as for a new conversation. */
  clear(): void {
    this.cancelEdit();
    this.attachments.value = [];
    this.writeAll("");
  }

  /** Attaches what was dropped or pasted; what cannot be is said. */
  async drop({ files, uris }: Dropped): Promise<void> {
    this.alert.value = undefined;
    try {
      const nothing: ReadDrop = { attachments: [], refusals: [] };
      const [resolved, read] = await Promise.all([
        uris.length === 0 ? nothing : this.#host.call("rubberduck/mention/resolve", { uris }),
        readFiles(files),
      ]);
      this.attach(...resolved.attachments, ...read.attachments);
      const refusals = [...resolved.refusals, ...read.refusals];
      if (refusals.length > 0) this.alert.value = refusals.join(" ");
    } catch (error) {
      this.alert.value = words(error);
    }
  }

  /** Attaches a page, if the user agrees when the host shows its address. */
  async fetch(url: string): Promise<void> {
    this.alert.value = undefined;
    try {
      const { attachment } = await this.#host.call("rubberduck/mention/fetch", { url });
      this.attach(attachment);
    } catch (error) {
      this.alert.value = words(error);
    }
  }

  /** Brings the last message back into an empty box, to be edited. */
  recall(): void {
    const last = lastTurn(this.#conversation.latest);
    if (this.draft.value === "" && this.editing.value === undefined && last !== undefined) this.edit(last);
  }

  /** What went along with the message goes along again, unless it is removed. */
  edit(turn: Turn): void {
    const { turnId, content, attachments } = turn.accepted;
    const before = this.editing.value ?? { draft: this.draft.value, attachments: this.attachments.value };
    this.editing.value = { ...before, turnId };
    this.attachments.value = attachments;
    this.writeAll(content);
  }

  cancelEdit(): void {
    const editing = this.editing.value;
    if (editing === undefined) return;
    this.editing.value = undefined;
    this.attachments.value = editing.attachments;
    this.writeAll(editing.draft);
  }

  async send(content: string, attachments: readonly Attachment[]): Promise<void> {
    this.alert.value = sizeProblem(content);
    if (this.alert.value !== undefined) return;
    const message = this.#outgoing(content, attachments);
    const named = this.attachments.value;
    const editing = this.editing.value;
    this.editing.value = undefined;
    this.writeAll(editing?.draft ?? "");
    this.attachments.value = editing?.attachments ?? [];
    await this.#deliver(message, named, editing);
  }

  /** A message that was not written here: what stands in the box stays. */
  async sendFor({ operationId, content, attachments }: Outgoing): Promise<void> {
    await this.#deliver({ operationId, content, attachments }, attachments.filter(isNamed), undefined);
  }

  async #deliver(message: Outgoing, named: readonly Attachment[], editing: Editing | undefined): Promise<void> {
    const options = this.#sending.options();
    this.#sent.value = [...this.#sent.value, { ...message, conversationId: this.#conversation.id.value }];
    try {
      const conversationId = await this.#conversationId();
      this.#sent.value = this.#sent.value.map((sent) => (isSame(sent, message) ? { ...sent, conversationId } : sent));
      await this.#host.call("rubberduck/conversation/send", {
        conversationId,
        ...message,
        client: "panel",
        ...(options && { options }),
        ...(editing && { edits: editing.turnId }),
      });
    } catch (error) {
      // Once it was in the transcript it is not lost: the answer says how it ended.
      this.#unwanted.delete(message.operationId);
      if (this.#dropSent((sent) => isSame(sent, message))) this.#onSendFailed(message, named, editing, error);
    }
  }

  /** Asks the model that answers now, even if the answer that is replaced was made offline. */
  retry(turn: Turn, mode: RetryParams["mode"], model: "auto" | "offline" = "auto"): Promise<boolean> {
    return this.#request("rubberduck/conversation/retry", {
      ...this.#turnParams(turn),
      operationId: crypto.randomUUID(),
      mode,
      client: "panel",
      options: { ...turn.accepted.options, model },
    });
  }

  /** A queued message comes back into the box. */
  async takeBack(turn: Turn): Promise<void> {
    if (await this.#request("rubberduck/conversation/withdraw", this.#turnParams(turn))) {
      this.insert(turn.accepted.content);
      this.attach(...turn.accepted.attachments.filter(isNamed));
    }
  }

  /** Also a message that the server has not written down yet: its answer is stopped as soon as it is there. */
  async stop(): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId !== undefined && isAnswering(this.#conversation.latest)) {
      await this.#request("rubberduck/conversation/stop", { conversationId });
    } else {
      for (const { operationId } of this.outgoing.value) this.#unwanted.add(operationId);
    }
  }

  #stopUnwanted(transcript: Transcript): void {
    for (const { accepted } of this.#unwanted.size === 0 ? [] : transcript.turns) {
      if (!this.#unwanted.delete(accepted.operationId)) continue;
      const conversationId = this.#conversation.id.value ?? "";
      void this.#request("rubberduck/conversation/stop", { conversationId, turnId: accepted.turnId });
    }
  }

  /** A send that failed is sent again under its id, in case the server had written it down after all. */
  #outgoing(content: string, attachments: readonly Attachment[]): Outgoing {
    const again = this.#failed?.content === content ? this.#failed : undefined;
    this.#failed = undefined;
    return { operationId: again?.operationId ?? crypto.randomUUID(), content, attachments };
  }

  /** Answers whether there was one to drop. */
  #dropSent(isDone: (message: Sent) => boolean): boolean {
    const sent = this.#sent.peek();
    const left = sent.filter((message) => !isDone(message));
    if (left.length < sent.length) this.#sent.value = left;
    return left.length < sent.length;
  }

  #onSendFailed(message: Outgoing, named: readonly Attachment[], editing: Editing | undefined, error: unknown): void {
    if (isAccepted(message, this.#conversation.latest)) return;
    this.alert.value = words(error);
    if (editing === undefined) {
      this.attach(...named);
      this.writeAll([message.content, this.draft.value].filter((text) => text !== "").join("\n"));
    } else {
      this.editing.value = { ...editing, draft: this.draft.value, attachments: this.attachments.value };
      this.attachments.value = named;
      this.writeAll(message.content);
    }
    if (!(error instanceof CallFailed) || error.code === "internal") this.#failed = message;
  }

  async #conversationId(): Promise<string> {
    const known = this.#conversation.id.value;
    if (known !== undefined) return known;
    const { conversationId } = await this.#host.call("rubberduck/conversation/create", {});
    await this.#sending.onCreated(conversationId);
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

function isSame(one: Outgoing, other: Outgoing): boolean {
  return one.operationId === other.operationId;
}

function isAccepted({ operationId }: Outgoing, transcript: Transcript): boolean {
  return transcript.turns.some((turn) => turn.accepted.operationId === operationId);
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
