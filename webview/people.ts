import { computed, signal } from "@preact/signals";
import type { ClientType, Participant } from "../server/protocol/presence.ts";
import type { Host } from "./host.ts";

/** Typing is told anew while it goes on; the server forgets it after ten seconds. */
const RENEW_MS = 4_000;
/** Whoever pauses for so long is not typing. */
const IDLE_MS = 6_000;

/** Who else is in the conversation that is shown, and what they hear of this panel. */
export class People {
  /** What others know this panel by; another one after each load. */
  readonly id = crypto.randomUUID();
  /** All of them, this panel too, oldest first. */
  readonly all = signal<readonly Participant[]>([]);
  readonly others = computed(() => this.all.value.filter(({ id }) => id !== this.id));
  readonly typing = computed(() => this.others.value.filter(({ typing }) => typing));
  /** What a screen reader hears next. */
  readonly spoken = signal("");
  readonly #host: Host;
  readonly #conversationId: () => string | undefined;
  #draft: string | undefined;
  #toldAtMs: number | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, conversationId: () => string | undefined) {
    this.#host = host;
    this.#conversationId = conversationId;
  }

  see(participants: readonly Participant[]): void {
    const before = this.others.peek();
    const wasHere = this.all.peek().some(({ id }) => id === this.id);
    this.all.value = participants;
    if (wasHere) this.spoken.value = newsOf(before, this.others.peek()) ?? this.spoken.peek();
  }

  /** Nobody is followed any more. */
  leave(): void {
    this.all.value = [];
    this.spoken.value = "";
    this.#ended();
  }

  /** What stands in the box now. The first is what stood there from before. */
  wrote(draft: string): void {
    const isFirst = this.#draft === undefined;
    if (isFirst || draft === this.#draft) {
      this.#draft = draft;
      return;
    }
    this.#draft = draft;
    clearTimeout(this.#idle);
    if (draft.trim() === "") {
      this.#endTyping();
      return;
    }
    this.#idle = setTimeout(() => this.#endTyping(), IDLE_MS);
    const nowMs = performance.now();
    if (this.#toldAtMs !== undefined && nowMs - this.#toldAtMs < RENEW_MS) return;
    if (this.others.peek().length === 0) return;
    this.#toldAtMs = nowMs;
    this.#tell(true);
  }

  /** The name of one of them, as somebody here calls it. */
  nameOf({ id, client, app, name }: Participant): string {
    if (id === this.id) return client === "panel" ? "This window" : "This page";
    const called = app ?? (client === "panel" ? "Another window" : CLIENTS[client].name);
    const own = this.all.value.find((one) => one.id === this.id)?.name;
    return own === undefined || own === name ? called : `${name} (${called})`;
  }

  #endTyping(): void {
    if (this.#toldAtMs !== undefined) this.#tell(false);
    this.#ended();
  }

  #ended(): void {
    clearTimeout(this.#idle);
    this.#toldAtMs = undefined;
  }

  #tell(typing: boolean): void {
    const conversationId = this.#conversationId();
    if (conversationId === undefined) return;
    // Told again soon, or of no use any more.
    this.#host.call("rubberduck/conversation/present", { conversationId, id: this.id, typing }).catch(() => {});
  }
}

export function iconOf(client: ClientType): string {
  return CLIENTS[client].icon;
}

/** What sent a message, when that was not a panel like this one. */
export function clientName(client: ClientType): string {
  return CLIENTS[client].name;
}

const CLIENTS: Readonly<Record<ClientType, { readonly name: string; readonly icon: string }>> = {
  panel: { name: "VS Code", icon: "window" },
  browser: { name: "Browser", icon: "globe" },
  terminal: { name: "Terminal", icon: "terminal" },
  cli: { name: "Terminal", icon: "terminal" },
  tui: { name: "Terminal", icon: "terminal" },
  liveview: { name: "Web page", icon: "globe" },
  websocket: { name: "Program", icon: "plug" },
};

function newsOf(before: readonly Participant[], now: readonly Participant[]): string | undefined {
  const came = now.filter(({ id }) => before.every((one) => one.id !== id));
  const left = before.filter(({ id }) => now.every((one) => one.id !== id));
  const said = [
    ...came.map(({ client, app }) => `${app ?? clientName(client)} joined`),
    ...left.map(({ client, app }) => `${app ?? clientName(client)} left`),
  ];
  return said.length === 0 ? undefined : said.join(", ");
}
