import { computed, signal } from "@preact/signals";
import type { ConversationSummary } from "../server/protocol/requests.ts";
import { ConversationSearch } from "./conversationSearch.ts";
import type { Host } from "./host.ts";

export interface ConversationRow {
  readonly summary: ConversationSummary;
  /** In the trash; the row offers to undo it. */
  readonly deleted: boolean;
}

export interface RowGroup {
  readonly name: string;
  readonly rows: readonly ConversationRow[];
}

/** All conversations of the workspace, and those deleted since the list was opened. */
export class Conversations {
  readonly loaded = signal(false);
  readonly alert = signal<string | undefined>(undefined);
  readonly #live = signal<readonly ConversationSummary[]>([]);
  readonly #deleted = signal<readonly ConversationSummary[]>([]);
  readonly rows = computed(() => mergeRows(this.#live.value, this.#deleted.value));
  readonly search: ConversationSearch;
  /** The conversation whose title is being changed. */
  readonly renaming = signal<string | undefined>(undefined);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.search = new ConversationSearch(host);
  }

  find(conversationId: string | undefined): ConversationSummary | undefined {
    return this.#live.value.find((summary) => summary.conversationId === conversationId);
  }

  onChanged(): void {
    void this.refresh();
    this.search.refresh();
  }

  /** Forgets earlier deletions: their rows are gone the next time the list is opened. */
  open(): Promise<void> {
    this.#deleted.value = [];
    this.search.query.value = "";
    this.renaming.value = undefined;
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#try(async () => {
      const { conversations } = await this.#host.call("rubberduck/conversation/list", {});
      this.#live.value = conversations;
      this.loaded.value = true;
    });
  }

  rename(conversationId: string, title: string): Promise<void> {
    return this.#try(async () => {
      await this.#host.call("rubberduck/conversation/rename", { conversationId, title });
      this.#live.value = this.#live.value.map((summary) =>
        summary.conversationId === conversationId ? { ...summary, title } : summary,
      );
    });
  }

  /** On top of the list, or where its time puts it. */
  pin(summary: ConversationSummary): Promise<void> {
    return this.#try(async () => {
      const pinned = !summary.pinned;
      await this.#host.call("rubberduck/conversation/pin", { conversationId: summary.conversationId, pinned });
      this.#live.value = this.#live.value.map((other) => (other === summary ? { ...summary, pinned } : other));
    });
  }

  delete(summary: ConversationSummary): Promise<void> {
    return this.#try(async () => {
      await this.#host.call("rubberduck/conversation/delete", { conversationId: summary.conversationId });
      this.#deleted.value = [...this.#deleted.value, summary];
    });
  }

  restore(summary: ConversationSummary): Promise<void> {
    return this.#try(async () => {
      await this.#host.call("rubberduck/conversation/restore", { conversationId: summary.conversationId });
      this.#deleted.value = this.#deleted.value.filter((other) => other.conversationId !== summary.conversationId);
      this.#live.value = [...this.#live.value.filter((other) => other !== summary), summary];
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.alert.value = undefined;
    try {
      await work();
    } catch (error) {
      this.alert.value = error instanceof Error ? error.message : String(error);
    }
  }
}

/** Pinned ones, then newest first, under the headings of the design. Rows keep their place when they are deleted. */
export function groupRows(rows: readonly ConversationRow[], now: Date): RowGroup[] {
  const groups = new Map<string, ConversationRow[]>();
  for (const row of rows) {
    const name = row.summary.pinned ? "Pinned" : age(new Date(row.summary.updatedAt), now);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return Array.from(groups, ([name, members]) => ({ name, rows: members }));
}

function mergeRows(live: readonly ConversationSummary[], deleted: readonly ConversationSummary[]): ConversationRow[] {
  const gone = new Set(deleted.map((summary) => summary.conversationId));
  return [
    ...live.filter((summary) => !gone.has(summary.conversationId)).map((summary) => ({ summary, deleted: false })),
    ...deleted.map((summary) => ({ summary, deleted: true })),
  ].sort(
    (a, b) =>
      Number(b.summary.pinned) - Number(a.summary.pinned) || b.summary.updatedAt.localeCompare(a.summary.updatedAt),
  );
}

function age(at: Date, now: Date): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  const sameMonth = at.getMonth() === now.getMonth() && at.getFullYear() === now.getFullYear();
  return sameMonth ? "Earlier this month" : "Earlier";
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
