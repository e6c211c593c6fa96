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
  /** What was approved last: that can be undone as long as nothing else was changed. */
  readonly approved = signal<{ readonly id: string; readonly change: string | undefined } | undefined>(undefined);
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

  canUndo({ memory, decision }: InboxRow): boolean {
    return decision === "rejected" || (decision === "approved" && this.approved.value?.id === memory.id);
  }

  async approve({ id, text: before }: Memory, text = before): Promise<void> {
    await this.#host.call("rubberduck/memory/approve", { id, ...(text !== before && { text }) });
    this.approved.value = { id, change: await this.#lastChange() };
    this.#show(id, "approved", "Remembered. Undo available.");
  }

  async reject({ id }: Memory): Promise<void> {
    await this.#host.call("rubberduck/memory/reject", { ids: [id] });
    this.#show(id, "rejected", "Rejected. Undo available.");
  }

  /** What was rejected is forgotten, and brought back by its id; an approval is a change like others, which go back in turn. */
  async undo({ memory: { id }, decision }: InboxRow): Promise<void> {
    if (decision === "rejected") await this.#host.call("rubberduck/memory/unforget", { ids: [id] });
    else await this.#undoApproval();
    this.#show(id, undefined, "It waits in the inbox again");
  }

  async #undoApproval(): Promise<void> {
    const approved = this.approved.peek();
    this.approved.value = undefined;
    if (approved?.change !== (await this.#lastChange())) {
      throw new Error("Something else was changed meanwhile, so this cannot be undone here any more.");
    }
    await this.#host.call("rubberduck/memory/undo", {});
  }

  async #lastChange(): Promise<string | undefined> {
    return (await this.#host.call("rubberduck/memory/overview", {})).undoable;
  }

  #show(id: string, decision: InboxRow["decision"], spoken: string): void {
    batch(() => {
      this.rows.value = this.rows
        .peek()
        .map(({ memory, ...row }) =>
          memory.id === id ? { memory, ...(decision && { decision }) } : { memory, ...row },
        );
      this.editing.value = undefined;
      this.focus.value = id;
      this.spoken.value = spoken;
    });
  }
}

/** More than anybody reads through at once; those that follow come as these are decided. */
const MOST = 200;
