import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Episode, ForgetMessages, Memory, MemoryResult } from "../../server/protocol/memory.ts";
import type { Host } from "../host.ts";

/** A row of a list, told from other rows that show the same memory. */
export interface MemoryPlace {
  readonly id: string;
  /** The turn whose receipt it stands in, or the page. */
  readonly place: string;
}

/** What a row shows instead of the memory: it is being corrected, or it is asked what is forgotten with it. */
export type RowTask = { readonly kind: "correct" } | { readonly kind: "forget"; readonly traces: Traces };

export type Traces = MemoryResult<"rubberduck/memory/traces">;

/** What was done with a memory since the panel was opened. */
export type MemoryChange =
  | { readonly kind: "corrected"; readonly by: string }
  | { readonly kind: "muted" | "unmuted"; readonly conversationId: string }
  | { readonly kind: "forgotten"; readonly finalAt: string | undefined; readonly messages: number };

/** What was recalled: a memory, what was said, or nothing any more. */
export type Known = { readonly memory: Memory } | { readonly episode: Episode } | "gone";

/** The memories that are in view, wherever, and what can be done with one. */
export class Memories {
  readonly known = signal<ReadonlyMap<string, Known>>(new Map());
  readonly changes = signal<ReadonlyMap<string, MemoryChange>>(new Map());
  readonly #tasks = signal<ReadonlyMap<string, RowTask>>(new Map());
  /** The row that shall take the focus when it is drawn next. */
  readonly focus = signal<MemoryPlace | undefined>(undefined);
  readonly alert = signal<string | undefined>(undefined);
  /** What a screen reader hears next. */
  readonly spoken = signal("");
  readonly #host: Host;
  readonly #conversationId: ReadonlySignal<string | undefined>;
  readonly #watched = new Map<string, number>();

  /** @param conversationId the one that is shown: muting is for it. */
  constructor(host: Host, conversationId: ReadonlySignal<string | undefined>) {
    this.#host = host;
    this.#conversationId = conversationId;
  }

  /** Keeps what is known of these up to date until the function that it returns is called. */
  watch(ids: readonly string[]): () => void {
    for (const id of ids) this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    void this.#load(ids);
    return () => {
      for (const id of ids) {
        const left = (this.#watched.get(id) ?? 1) - 1;
        if (left > 0) this.#watched.set(id, left);
        else this.#watched.delete(id);
      }
    };
  }

  /** Somebody changed something. */
  onChanged(): void {
    void this.#load([...this.#watched.keys()]);
  }

  /** What another request has brought. */
  learn(memories: readonly Memory[]): void {
    const known = new Map(this.known.peek());
    for (const memory of memories) known.set(memory.id, { memory });
    this.known.value = known;
  }

  memory(id: string): Memory | undefined {
    const known = this.known.value.get(id);
    return known !== undefined && known !== "gone" && "memory" in known ? known.memory : undefined;
  }

  isMuted(id: string): boolean {
    const change = this.changes.value.get(id);
    return change?.kind === "muted" && change.conversationId === this.#conversationId.value;
  }

  taskAt(place: MemoryPlace): RowTask | undefined {
    return this.#tasks.value.get(keyOf(place));
  }

  startCorrecting(place: MemoryPlace): void {
    this.#setTask(place, { kind: "correct" });
  }

  /** The row shows the memory again. */
  leaveTask(place: MemoryPlace): void {
    batch(() => {
      this.#setTask(place, undefined);
      this.focus.value = place;
    });
  }

  correct(place: MemoryPlace, text: string): Promise<boolean> {
    return this.#try(async () => {
      const { memory } = await this.#host.call("rubberduck/memory/correct", { id: place.id, text });
      batch(() => {
        this.learn([memory]);
        this.#change(place.id, { kind: "corrected", by: memory.id });
        this.leaveTask(place);
        this.spoken.value = "Corrected. The old one is kept in its history.";
      });
      void this.#load([place.id]);
    });
  }

  pin({ id }: MemoryPlace, pinned: boolean): Promise<boolean> {
    return this.#try(async () => {
      const { memory } = await this.#host.call("rubberduck/memory/pin", { id, pinned });
      this.learn([memory]);
      this.spoken.value = pinned ? "Pinned" : "Unpinned";
    });
  }

  mute({ id }: MemoryPlace, muted: boolean): Promise<boolean> {
    return this.#try(async () => {
      const conversationId = this.#conversationId.peek();
      if (conversationId === undefined) throw new Error("Muting is for a conversation: open one first.");
      await this.#host.call("rubberduck/memory/mute", { id, conversationId, muted });
      const wasMutedHere = this.changes.peek().get(id)?.kind === "muted";
      if (!muted && wasMutedHere) this.#change(id, undefined);
      else this.#change(id, { kind: muted ? "muted" : "unmuted", conversationId });
      this.spoken.value = muted ? "Muted in this conversation" : "Not muted any more";
    });
  }

  /** Asks in its row what shall go along, if there is more than the memory. */
  startForgetting(place: MemoryPlace): Promise<boolean> {
    return this.#try(async () => {
      const traces = await this.#host.call("rubberduck/memory/traces", { ids: [place.id] });
      if (traces.source.length + traces.quoting.length === 0) await this.#forget(place, "keep");
      else this.#setTask(place, { kind: "forget", traces });
    });
  }

  forget(place: MemoryPlace, messages: ForgetMessages): Promise<boolean> {
    return this.#try(() => this.#forget(place, messages));
  }

  /** For good, without the ten minutes: out of every file once it resolves. */
  forgetNow(place: MemoryPlace): Promise<boolean> {
    return this.#try(async () => {
      const known = this.known.peek().get(place.id);
      if (known !== undefined && known !== "gone" && "episode" in known) {
        const { conversationId, turnId } = known.episode;
        await this.#host.call("rubberduck/conversation/forget", { conversationId, turnId, when: "now" });
      } else {
        await this.#host.call("rubberduck/memory/forget", { ids: [place.id], when: "now", messages: "keep" });
      }
      batch(() => {
        this.#change(place.id, undefined);
        this.known.value = changed<Known>(this.known.peek(), place.id, "gone");
        this.focus.value = place;
        this.spoken.value = "Forgotten for good.";
      });
    });
  }

  /** A memory, or a message that was recalled with its answer. */
  undoForgetting(place: MemoryPlace): Promise<boolean> {
    return this.#try(async () => {
      const known = this.known.peek().get(place.id);
      if (known !== undefined && known !== "gone" && "episode" in known) {
        const { conversationId, turnId } = known.episode;
        await this.#host.call("rubberduck/conversation/unforget", { conversationId, turnId });
      } else {
        await this.#host.call("rubberduck/memory/unforget", { ids: [place.id] });
        await this.#load([place.id]);
      }
      batch(() => {
        this.#change(place.id, undefined);
        this.focus.value = place;
        this.spoken.value = "Remembered again";
      });
    });
  }

  /** A message that was recalled, with its answer. */
  forgetTurn(place: MemoryPlace, { conversationId, turnId }: Episode): Promise<boolean> {
    return this.#try(async () => {
      await this.#host.call("rubberduck/conversation/forget", { conversationId, turnId, when: "later" });
      this.#forgotten(place, undefined, 0);
    });
  }

  /** A stale one is still true. */
  confirm(place: MemoryPlace): Promise<boolean> {
    return this.#try(async () => {
      const { memory } = await this.#host.call("rubberduck/memory/confirm", { id: place.id });
      batch(() => {
        this.learn([memory]);
        this.focus.value = place;
        this.spoken.value = "Still true";
      });
    });
  }

  async #forget(place: MemoryPlace, messages: ForgetMessages): Promise<void> {
    const forgotten = await this.#host.call("rubberduck/memory/forget", { ids: [place.id], when: "later", messages });
    this.#forgotten(place, forgotten.finalAt, forgotten.messages);
  }

  #forgotten(place: MemoryPlace, finalAt: string | undefined, messages: number): void {
    batch(() => {
      this.#setTask(place, undefined);
      this.#change(place.id, { kind: "forgotten", finalAt, messages });
      this.focus.value = place;
      this.spoken.value = "Forgotten. Undo available.";
    });
  }

  #setTask(place: MemoryPlace, task: RowTask | undefined): void {
    this.#tasks.value = changed(this.#tasks.peek(), keyOf(place), task);
  }

  #change(id: string, change: MemoryChange | undefined): void {
    this.changes.value = changed(this.changes.peek(), id, change);
  }

  async #load(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
      const some = ids.slice(from, from + MOST_AT_ONCE);
      await this.#try(async () => {
        const { memories, episodes } = await this.#host.call("rubberduck/memory/get", { ids: some });
        const known = new Map(this.known.peek());
        for (const id of some) known.set(id, "gone");
        for (const memory of memories) known.set(memory.id, { memory });
        for (const episode of episodes) known.set(episode.id, { episode });
        this.known.value = known;
      });
    }
  }

  /** Answers whether it worked; if not, the alert says why. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    this.alert.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      this.alert.value = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}

/** As many as a request may ask for. */
const MOST_AT_ONCE = 1000;

function keyOf({ id, place }: MemoryPlace): string {
  return `${place} ${id}`;
}

/** The same map with another value, or without it. */
function changed<V>(map: ReadonlyMap<string, V>, key: string, value: V | undefined): ReadonlyMap<string, V> {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}
