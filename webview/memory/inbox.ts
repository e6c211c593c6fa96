import { batch, computed, signal } from "@preact/signals";
import type { Memory } from "../../server/protocol/memory.ts";
import type { Host } from "../host.ts";

export interface InboxRow {
  readonly memory: Memory;
  /** What the user has decided since the page was opened. */
  readonly decision?: "approved" | "rejected";
}

/** What waits for the user's word before it is remembered. Rows that were decided stay until the page is opened again. */
export class Inbox {
  readonly rows = signal<readonly InboxRow[]>([]);
  readonly waiting = computed(() => this.rows.value.filter(({ decision }) => decision === undefined).length);
  /** The row whose text is being changed before it is approved. */
  readonly editing = signal<string | undefined>(undefined);
  /** The last decision: it can be undone as long as nothing else was changed. */
  readonly undoable = signal<{ readonly id: string; readonly change: string | undefined } | undefined>(undefined);
  readonly focus = signal<string | undefined>(undefined);
  readonly spoken = signal("");
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param afresh what was decided leaves the list. */
  async load(afresh: boolean): Promise<void> {
    const { memories } = await this.#host.call("rubberduck/memory/list", { statuses: ["pending"], limit: MOST });
    const now = new Map(memories.map((memory) => [memory.id, memory]));
    const shown = afresh ? [] : this.rows.peek();
    const kept = shown.flatMap((row): InboxRow[] => {
      const memory = now.get(row.memory.id);
      now.delete(row.memory.id);
      if (row.decision !== undefined) return [row];
      return memory === undefined ? [] : [{ memory }];
    });
    this.rows.value = [...kept, ...Array.from(now.values(), (memory) => ({ memory }))];
  }

  async approve({ id, text: before }: Memory, text = before): Promise<void> {
    await this.#host.call("rubberduck/memory/approve", { id, ...(text !== before && { text }) });
    await this.#decided(id, "approved", "Remembered");
  }

  async reject({ id }: Memory): Promise<void> {
    await this.#host.call("rubberduck/memory/reject", { ids: [id] });
    await this.#decided(id, "rejected", "Rejected. Undo available.");
  }

  /** Only what was changed last can be taken back, by anybody. */
  async undo({ id }: Memory): Promise<void> {
    const last = this.undoable.peek();
    const { undoable } = await this.#host.call("rubberduck/memory/overview", {});
    if (last?.id !== id || last.change !== undoable) {
      this.undoable.value = undefined;
      throw new Error("Something else was changed meanwhile, so this cannot be undone here any more.");
    }
    await this.#host.call("rubberduck/memory/undo", {});
    batch(() => {
      this.rows.value = this.rows.peek().map((row) => (row.memory.id === id ? { memory: row.memory } : row));
      this.undoable.value = undefined;
      this.focus.value = id;
      this.spoken.value = "It waits in the inbox again";
    });
  }

  async #decided(id: string, decision: "approved" | "rejected", spoken: string): Promise<void> {
    const { undoable: change } = await this.#host.call("rubberduck/memory/overview", {});
    batch(() => {
      this.rows.value = this.rows.peek().map((row) => (row.memory.id === id ? { ...row, decision } : row));
      this.editing.value = undefined;
      this.undoable.value = { id, change };
      this.focus.value = id;
      this.spoken.value = spoken;
    });
  }
}

/** More than anybody reads through at once; those that follow come as these are decided. */
const MOST = 200;
