import { computed, signal } from "@preact/signals";
import type { RecallHit } from "../../../server/protocol/memory.ts";
import type { ConversationSummary } from "../../../server/protocol/requests.ts";
import type { Turn } from "../../../server/protocol/transcript.ts";
import { escapeControls } from "../../../server/util/escapeControls.ts";
import { shownModel } from "../../../webview/chosenModel.ts";
import type { Panel } from "../../../webview/panel.ts";
import { clientName } from "../../../webview/people.ts";
import { EMPTY_LINE, type Line } from "./lineEditor.ts";
import { SentHistory } from "./sentHistory.ts";
import { receiptText, type Writing } from "./turnText.ts";

export type Page = "chat" | "conversations" | "memory";

/** Commands of the terminal itself; all others are the server's. */
export const OWN_COMMANDS: Readonly<Record<string, string>> = {
  "/new": "begin a new conversation",
  "/conversations": "choose a conversation (Ctrl+O)",
  "/recall": "search the memory for words",
  "/receipt": "show what went along with the last answer (Ctrl+R)",
  "/who": "say who is in the conversation",
  "/retry": "answer the last message again",
  "/continue": "go on where the last answer was cut off",
  "/help": "show the keys",
  "/quit": "leave (Ctrl+C twice)",
};

/** What the terminal adds to the panel's state: the box, its pages, and its own commands. */
export class Chat {
  readonly panel: Panel;
  readonly writing: Writing;
  readonly page = signal<Page>("chat");
  readonly line = signal<Line>(EMPTY_LINE);
  /** Words of the program itself, shown once below what was said. */
  readonly notes = signal<readonly { readonly id: number; readonly text: string }[]>([]);
  readonly hits = signal<readonly RecallHit[] | undefined>(undefined);
  readonly filter = signal("");
  readonly selected = signal(0);
  /** Ctrl+C was pressed in an empty box: once more leaves. */
  readonly isLeaving = signal(false);
  readonly history = new SentHistory();
  readonly #leave: () => void;
  #lastNote = 0;

  /** Turns that have ended, in order, up to the first that has not: they are written once. */
  readonly ended = computed(() => {
    const shown = this.panel.turns.value;
    const open = shown.findIndex(({ turn }) => turn.state !== "done" && turn.forgotten === undefined);
    return (open < 0 ? shown : shown.slice(0, open)).map(({ turn }) => turn);
  });
  /** The first that has not ended. */
  readonly running = computed(() => {
    const next = this.panel.turns.value[this.ended.value.length];
    return next !== undefined && !next.waits ? next.turn : undefined;
  });
  readonly waiting = computed(() => this.panel.turns.value.filter(({ waits }) => waits).map(({ turn }) => turn));
  readonly rows = computed(() => {
    const words = this.filter.value.toLowerCase();
    return this.panel.conversations.rows.value
      .filter(({ deleted }) => !deleted)
      .map(({ summary }) => summary)
      .filter(({ title }) => title.toLowerCase().includes(words));
  });

  constructor(panel: Panel, writing: Writing, leave: () => void) {
    this.panel = panel;
    this.writing = writing;
    this.#leave = leave;
  }

  /** Enter: what stands in the box is sent, or is a command of the terminal. */
  submit(): void {
    const text = this.line.value.draft;
    if (text.trim() === "") return;
    const [command = "", ...words] = text.trim().split(/\s+/);
    if (Object.hasOwn(OWN_COMMANDS, command)) {
      this.write(EMPTY_LINE);
      this.#run(command, words.join(" "));
    } else if (this.panel.send(text)) this.write(EMPTY_LINE);
    else this.note("The server is just starting. Your message stays in the box: press Enter again in a moment.");
  }

  write(line: Line): void {
    this.line.value = line;
    this.isLeaving.value = false;
    // Others hear that somebody types.
    this.panel.people.wrote(line.draft);
  }

  note(text: string): void {
    this.notes.value = [...this.notes.value, { id: ++this.#lastNote, text: escapeControls(text) }];
  }

  showConversations(): void {
    this.filter.value = "";
    this.selected.value = 0;
    this.page.value = "conversations";
    void this.panel.conversations.open();
  }

  open({ conversationId }: ConversationSummary): void {
    this.page.value = "chat";
    this.notes.value = [];
    this.panel.openConversation(conversationId);
  }

  newConversation(): void {
    this.page.value = "chat";
    this.notes.value = [];
    this.panel.newConversation();
  }

  showReceipt(): void {
    const receipt = this.#lastTurn()?.receipt;
    this.note(receipt === undefined ? "No answer has a receipt yet." : receiptText(receipt, this.writing));
  }

  /** Ctrl+C: stops the answer, else empties the box, else leaves when it is pressed again. */
  interrupt(): void {
    if (this.page.value !== "chat") this.page.value = "chat";
    else if (this.panel.answering.value) void this.panel.composer.stop();
    else if (this.line.value.draft !== "") this.write(EMPTY_LINE);
    else if (this.isLeaving.value) this.#leave();
    else this.isLeaving.value = true;
  }

  /** "duck-1 · 1 other: browser", as one line. */
  readonly status = computed(() => {
    const { panel } = this;
    const { server, model, serverMessage } = panel.state.value;
    if (server === "starting") return "Starting …";
    if (server === "stopped") return escapeControls(serverMessage ?? "The server has stopped.");
    const name = model === undefined ? "" : shownModel(panel.chosenModel.choice.value, model).name;
    const typing = panel.people.typing.value.map((one) => panel.people.nameOf(one));
    const others = panel.people.others.value.map((one) => panel.people.nameOf(one).toLowerCase());
    return [
      escapeControls(name),
      typing.length > 0 ? `typing: ${typing.join(", ").toLowerCase()}` : "",
      others.length > 0 ? `${others.length} other${others.length === 1 ? "" : "s"}: ${others.join(", ")}` : "",
      panel.composer.alert.value === undefined ? "" : escapeControls(panel.composer.alert.value),
    ]
      .filter((part) => part !== "")
      .join(" · ");
  });

  #run(command: string, words: string): void {
    const commands: Readonly<Record<string, () => void>> = {
      "/new": () => this.newConversation(),
      "/conversations": () => this.showConversations(),
      "/recall": () => void this.#recall(words),
      "/receipt": () => this.showReceipt(),
      "/who": () => this.note(this.#who()),
      "/retry": () => this.#retry("regenerate"),
      "/continue": () => this.#retry("continue"),
      "/help": () => this.note(HELP),
      "/quit": () => this.#leave(),
    };
    commands[command]?.();
  }

  async #recall(query: string): Promise<void> {
    if (query === "") {
      this.note("Say what to search for: /recall WORDS");
      return;
    }
    this.page.value = "memory";
    this.hits.value = undefined;
    this.filter.value = query;
    try {
      const { hits } = await this.panel.host.call("rubberduck/memory/recall", {
        query,
        queryType: "search",
        limit: MOST_HITS,
      });
      this.hits.value = hits;
    } catch (error) {
      this.page.value = "chat";
      this.note(error instanceof Error ? error.message : String(error));
    }
  }

  #retry(mode: "regenerate" | "continue"): void {
    const turn = this.#lastTurn();
    if (turn === undefined) this.note("There is nothing to answer again.");
    else void this.panel.composer.retry(turn, mode);
  }

  #who(): string {
    const { people } = this.panel;
    const all = people.all.value;
    if (all.length === 0) return "Nobody else is in this conversation.";
    return all
      .map(
        (one) =>
          `${one.id === people.id ? "This terminal" : people.nameOf(one)}  ${clientName(one.client)}${one.file ? `  ${one.file}` : ""}`,
      )
      .join("\n");
  }

  #lastTurn(): Turn | undefined {
    return this.ended.value.at(-1);
  }
}

const MOST_HITS = 8;

const HELP = [
  "Enter sends · Alt+Enter, Ctrl+J or \\ before Enter: new line · ↑ ↓ what was sent before",
  "Esc or Ctrl+C stops an answer · Ctrl+O conversations · Ctrl+R receipt · Ctrl+N new conversation",
  ...Object.entries(OWN_COMMANDS).map(([name, what]) => `${name.padEnd(15)} ${what}`),
  "All other commands are RubberDuck's: type / to see them.",
].join("\n");
