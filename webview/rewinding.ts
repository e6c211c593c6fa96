import { computed, effect, signal, untracked } from "@preact/signals";
import { branchTurns, choose, lastPlace, rewoundTurn } from "../server/protocol/branches.ts";
import type { EditResult } from "../server/protocol/edits.ts";
import type { Transcript, Turn } from "../server/protocol/transcript.ts";
import { isNamed } from "./attachments.ts";
import type { Composer } from "./composer.ts";
import type { Conversation } from "./conversation.ts";
import type { Host } from "./host.ts";

export type RewindWhat = "both" | "files" | "conversation";
export type RewindOutcome = EditResult<"rubberduck/edit/rewind">;

/** Asked for at a message, and not answered yet. */
export interface AskedRewind {
  readonly turnId: string;
  /** What would be; absent until it is known. */
  readonly outcome?: RewindOutcome;
  /** Why it could not be found out or done. */
  readonly alert?: string;
  readonly isBusy: boolean;
}

/** What left the view, and can come back. */
export interface Rewound {
  /** The first of it. */
  readonly turnId: string;
  readonly messages: number;
}

/** Going back to before a message: the files, the conversation, or both. Asks first, in the message's own place. */
export class Rewinding {
  readonly asked = signal<AskedRewind | undefined>(undefined);
  /** What came of the files, until something else is done. */
  readonly came = signal<RewindOutcome | undefined>(undefined);
  /** The message takes the focus again when it is drawn. */
  readonly focus = signal<string | undefined>(undefined);
  readonly rewound = computed(() => rewoundIn(this.#conversation.transcript.value));
  readonly #host: Host;
  readonly #conversation: Conversation;
  readonly #composer: Composer;
  readonly #focusBox: () => void;
  /** What was put into the box. */
  #put: string | undefined;

  constructor(host: Host, conversation: Conversation, composer: Composer, focusBox: () => void) {
    this.#host = host;
    this.#conversation = conversation;
    this.#composer = composer;
    this.#focusBox = focusBox;
    effect(() => {
      void conversation.id.value;
      untracked(() => this.#clear());
    });
  }

  async ask({ accepted: { turnId } }: Turn): Promise<void> {
    this.came.value = undefined;
    this.asked.value = { turnId, isBusy: true };
    await this.#try(turnId, async (conversationId) => {
      const params = { conversationId, turnId, files: true, conversation: true, check: true };
      const outcome = await this.#host.call("rubberduck/edit/rewind", params);
      if (this.asked.value?.turnId === turnId) this.asked.value = { turnId, outcome, isBusy: false };
    });
  }

  async go({ accepted }: Turn, what: RewindWhat): Promise<void> {
    const { turnId, content, attachments } = accepted;
    this.asked.value = { ...this.asked.value, turnId, isBusy: true };
    await this.#try(turnId, async (conversationId) => {
      const parts = { files: what !== "conversation", conversation: what !== "files" };
      const outcome = await this.#host.call("rubberduck/edit/rewind", { conversationId, turnId, ...parts });
      this.asked.value = undefined;
      this.came.value = what === "conversation" ? undefined : outcome;
      this.#conversation.spoken.value = SPOKEN[what];
      if (what === "files") {
        this.focus.value = turnId;
        return;
      }
      if (this.#composer.editing.value?.turnId === turnId) this.#composer.cancelEdit();
      this.#put = this.#composer.draft.value === "" ? content : undefined;
      this.#composer.insert(content);
      this.#composer.attach(...attachments.filter(isNamed));
      this.#focusBox();
    });
  }

  cancel(): void {
    this.focus.value = this.asked.value?.turnId;
    this.asked.value = undefined;
  }

  /** The message is in view again, with all that followed it; the files stay as they are. */
  async bringBack(turnId: string): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) return;
    this.#composer.alert.value = undefined;
    try {
      await this.#host.call("rubberduck/conversation/showBranch", { conversationId, turnId });
      if (this.#composer.draft.value === this.#put) this.#composer.clear();
      this.#clear();
      this.#focusBox();
    } catch (error) {
      this.#composer.alert.value = words(error);
    }
  }

  async #try(turnId: string, request: (conversationId: string) => Promise<void>): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) return;
    try {
      await request(conversationId);
    } catch (error) {
      const asked = this.asked.value;
      if (asked?.turnId === turnId) this.asked.value = { ...asked, alert: words(error), isBusy: false };
    }
  }

  #clear(): void {
    this.asked.value = undefined;
    this.came.value = undefined;
    this.#put = undefined;
  }
}

const SPOKEN = {
  both: "Gone back to before this message. Its text is in the box",
  files: "The files went back to before this message",
  conversation: "Gone back to before this message. Its text is in the box",
} as const;

function rewoundIn(transcript: Transcript): Rewound | undefined {
  const turnId = rewoundTurn(transcript);
  if (turnId === undefined) return undefined;
  const chosen = { ...transcript, chosen: choose(transcript, turnId) };
  const tip = lastPlace(chosen);
  const before = { ...chosen, ...(tip !== undefined && { tip }) };
  return { turnId, messages: branchTurns(before).length - branchTurns(transcript).length };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
