import { effect, signal } from "@preact/signals";
import { runningTurn, type Turn } from "../server/protocol/transcript.ts";
import type { Composer } from "./composer.ts";
import type { Conversation } from "./conversation.ts";
import { CallFailed, type Host } from "./host.ts";

/** A waiting message gets other words. */
export interface Revision {
  readonly conversationId: string;
  readonly turnId: string;
  readonly text: string;
}

/** What can be done with messages that wait. Words that come too late go into the box, so that they are not lost. */
export class Queue {
  readonly revision = signal<Revision | undefined>(undefined);
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #composer: Composer;
  readonly #onTooLate: () => void;
  #isSaving = false;

  constructor(host: Host, conversation: Conversation, composer: Composer, onTooLate: () => void) {
    this.#host = host;
    this.#conversation = conversation;
    this.#composer = composer;
    this.#onTooLate = onTooLate;
    effect(() => {
      const turn = this.#turn(conversation.transcript.value.turns);
      if (turn !== undefined && turn.state !== "queued" && !this.#isSaving) this.#tooLate(turn);
    });
  }

  revise({ accepted: { turnId, content } }: Turn): void {
    const conversationId = this.#conversation.id.value;
    if (conversationId !== undefined) this.revision.value = { conversationId, turnId, text: content };
  }

  write(text: string): void {
    if (this.revision.value !== undefined) this.revision.value = { ...this.revision.value, text };
  }

  cancel(): void {
    this.revision.value = undefined;
  }

  async save(): Promise<void> {
    const revision = this.revision.value;
    const turn = this.#turn(this.#conversation.latest.turns);
    if (revision === undefined || this.#isSaving) return;
    if (revision.text === turn?.accepted.content) return this.cancel();
    const { conversationId, turnId, text: content } = revision;
    this.#isSaving = true;
    const error = await this.#try(() =>
      this.#host.call("rubberduck/conversation/revise", { conversationId, turnId, content }),
    );
    this.#isSaving = false;
    if (error === undefined) this.cancel();
    else if (error instanceof CallFailed && error.code === "tooLate") this.#tooLate(turn);
  }

  /** Answered before the others that wait. */
  async promote({ accepted: { turnId } }: Turn): Promise<boolean> {
    const conversationId = this.#conversation.id.value ?? "";
    const error = await this.#try(() => this.#host.call("rubberduck/conversation/promote", { conversationId, turnId }));
    return error === undefined;
  }

  /** Stops the answer under way, and no other: what it said is kept. */
  async sendNow(turn: Turn, isNext: boolean): Promise<void> {
    const running = runningTurn(this.#conversation.latest)?.accepted.turnId;
    if (!isNext && !(await this.promote(turn))) return;
    const conversationId = this.#conversation.id.value ?? "";
    if (running === undefined) return;
    await this.#try(() => this.#host.call("rubberduck/conversation/stop", { conversationId, turnId: running }));
  }

  #turn(turns: readonly Turn[]): Turn | undefined {
    const revision = this.revision.peek();
    if (revision === undefined || revision.conversationId !== this.#conversation.id.peek()) return undefined;
    return turns.find(({ accepted }) => accepted.turnId === revision.turnId);
  }

  #tooLate(turn: Turn | undefined): void {
    const revision = this.revision.peek();
    this.cancel();
    if (revision === undefined || revision.text === turn?.accepted.content) return;
    this.#composer.insert(revision.text);
    this.#composer.alert.value = "That message waits no more. What you wrote instead stands in the box.";
    this.#onTooLate();
  }

  /** The alert says what went wrong. */
  async #try(call: () => Promise<unknown>): Promise<unknown> {
    this.#composer.alert.value = undefined;
    try {
      await call();
      return undefined;
    } catch (error) {
      this.#composer.alert.value = error instanceof Error ? error.message : String(error);
      return error;
    }
  }
}
