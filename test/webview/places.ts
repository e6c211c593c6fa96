import type { HostMessage } from "../../server/protocol/panel.ts";
import { CONFIGURED, type FakeHost, receiptOf } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";
import { file, hunk, propose } from "./proposals.ts";

/** Somewhere on the panel that shows what others wrote. */
export interface Place {
  readonly name: string;
  /** One element per text, in their order, once {@link show} is done. */
  readonly containers: string;
  /** The text must stand there as it was written. */
  readonly literal: boolean;
  arrange(host: FakeHost, texts: readonly string[]): unknown;
  /** What a user would do to see it. */
  show?(panel: OpenPanel): Promise<unknown>;
}

export const PLACES: readonly Place[] = [
  {
    name: "answers",
    containers: "article.message-duck",
    literal: false,
    arrange: (host, texts) => eachTurn(texts, (id, text) => host.turn("c1", id, "?", { text })),
  },
  {
    name: "answers that still stream",
    containers: "article.message-duck",
    literal: false,
    arrange: (host, texts) =>
      eachTurn(texts, async (id, text) => {
        await host.accept("c1", id, "?");
        await host.start("c1", id);
        await host.emit("c1", { type: "text", turnId: id, offset: 0, text });
      }),
  },
  {
    name: "messages of the user",
    containers: ".bubble",
    literal: true,
    arrange: (host, texts) => eachTurn(texts, (id, text) => host.turn("c1", id, text)),
  },
  {
    name: "progress lines",
    containers: "article.message-duck .typing",
    literal: true,
    arrange: (host, texts) =>
      eachTurn(texts, async (id, text) => {
        await host.accept("c1", id, "?");
        await host.start("c1", id);
        await host.emit("c1", { type: "progress", turnId: id, message: text });
      }),
  },
  {
    name: "error messages",
    containers: "article.message-duck .notice",
    literal: true,
    arrange: (host, texts) =>
      eachTurn(texts, (id, message) =>
        host.turn("c1", id, "?", { stopReason: "error", error: { code: "modelRefused", message } }),
      ),
  },
  {
    name: "model names and reasons",
    containers: ".origin",
    literal: true,
    arrange: async (host, texts) => {
      await eachTurn(texts, (id, text) =>
        host.turn("c1", id, "?", { text: "x", model: { kind: "openai", id: text, reason: text } }),
      );
      const [first = ""] = texts;
      host.state = { ...host.state, model: { ...CONFIGURED, model: { kind: "openai", id: first }, reason: first } };
    },
  },
  {
    name: "file names of attachments",
    containers: ".message-user .chip",
    literal: false,
    arrange: (host, texts) =>
      eachTurn(texts, (id, path) =>
        host.emit("c1", {
          type: "accepted",
          turnId: id,
          operationId: id,
          content: "?",
          attachments: [{ kind: "file", path, language: path, text: path }],
          options: {},
          client: "panel",
        }),
      ),
  },
  {
    name: "labels and reasons in receipts",
    containers: ".receipt .row",
    literal: true,
    arrange: async (host, texts) => {
      await host.accept("c1", "t", "?");
      const location = { path: texts[0] ?? "", startLine: 1, endLine: 2 };
      const receipt = receiptOf(
        texts.map((text, index) => ({
          source: "code" as const,
          label: text,
          tokens: 1,
          why: text,
          score: 0.5,
          ...(index % 2 === 0 && { location: { ...location, path: text } }),
        })),
      );
      const model = { kind: "openai", id: texts[1] ?? "" } as const;
      await host.emit("c1", { type: "context", turnId: "t", receipt: { ...receipt, model } });
      await host.finish("c1", "t", { text: "x" });
    },
    show: ({ page }) => page.getByRole("button", { name: /^Receipt/ }).click(),
  },
  {
    name: "labels and outcomes of steps",
    containers: ".steps .step",
    literal: true,
    arrange: async (host, texts) => {
      await host.accept("c1", "t", "?");
      await host.start("c1", "t");
      for (const [index, text] of texts.entries()) {
        const location = index % 2 === 0 && { location: { path: text, startLine: 1, endLine: 2 } };
        const step = { id: `s${index}`, tool: text, label: text, state: "done" as const, offset: 0, summary: text };
        await host.emit("c1", { type: "step", turnId: "t", step: { ...step, ...location } });
      }
      await host.finish("c1", "t", { text: "x" });
    },
    show: ({ page }) => page.getByRole("button", { name: /^\d+ steps/ }).click(),
  },
  {
    name: "labels and notes of work in steps",
    containers: ".workflow .step",
    literal: false,
    arrange: async (host, texts) => {
      await host.accept("c1", "t", "?");
      const state = (index: number) => (index % 2 === 0 ? ("failed" as const) : ("done" as const));
      const steps = texts.map((text, index) => ({ id: `s${index}`, label: text, note: text, state: state(index) }));
      await host.emit("c1", { type: "workflow", turnId: "t", steps });
      await host.finish("c1", "t", { text: "x" });
    },
  },
  {
    name: "names and reasons of proposed files",
    containers: ".edit-head, .edit-note, .edit-outcome",
    literal: false,
    arrange: async (host, texts) => {
      const files = texts.map((text, index) => file(text, { path: text, guarded: text, hunks: [hunk(`${index}`, 1)] }));
      await propose(host, { id: "p1", title: texts[0] ?? "", files }, []);
      const outcomes = texts.map((text) => ({ path: text, state: "refused" as const, why: text }));
      await host.emit("c1", { type: "applied", turnId: "t1", proposalId: "p1", files: outcomes });
    },
    show: ({ page }) => page.locator(".edit-note.is-warning").last().waitFor({ state: "attached" }),
  },
  {
    name: "proposed code",
    containers: ".diff > div",
    literal: false,
    arrange: async (host, texts) => {
      const change = (text: string, index: number) =>
        hunk(`${index}`, index + 1, { search: `${text}\nold`, replace: `${text}\nnew` });
      const files = [file("a.html", { language: "html", hunks: texts.map(change) })];
      await propose(host, { id: "p1", title: "x", files }, []);
    },
    show: async ({ page }) => {
      const more = page.getByRole("button", { name: /more change/ });
      while ((await more.count()) > 0) await more.click();
    },
  },
  {
    name: "titles in the list of conversations",
    containers: "main .item",
    literal: true,
    arrange: (host, texts) => {
      host.has("c1");
      // One moment for all: read anew for each, it may move on and change the order.
      const now = Date.now();
      host.conversations = texts.map((title, index) => ({
        conversationId: `c${index}`,
        title,
        messages: 1,
        updatedAt: new Date(now - index).toISOString(),
        answering: false,
        pinned: false,
      }));
    },
    show: async ({ page }) => {
      await page.locator(".bar-title").click();
      await page.locator("main .item").first().waitFor();
    },
  },
];

/** Shown one after the other in the same element, which is looked at after each. */
export interface PassingPlace {
  readonly name: string;
  readonly container: string;
  message(text: string, panel: OpenPanel): HostMessage;
}

export const PASSING_PLACES: readonly PassingPlace[] = [
  {
    name: "the title above the conversation",
    container: ".bar",
    message: (title, { host }) => ({
      type: "event",
      subscription: host.subscriptions.at(-1)?.subscription ?? 0,
      event: { type: "titled", title, byUser: true, seq: ++titles, at: "" },
    }),
  },
  {
    name: "the chip of the active file",
    container: ".composer-box",
    message: (label, { host }) => ({
      type: "state",
      state: { ...host.state, editor: { path: label, language: "plaintext", label } },
    }),
  },
  {
    name: "the server's last words",
    container: ".notice.is-docked",
    message: (serverMessage, { host }) => ({
      type: "state",
      state: { ...host.state, server: "stopped", serverMessage },
    }),
  },
  {
    name: "the name of the model",
    container: ".composer-tools",
    message: (id, { host }) => ({
      type: "state",
      state: { ...host.state, model: { ...CONFIGURED, model: { kind: "openai", id }, reason: id } },
    }),
  },
];

let titles = 1000;

async function eachTurn(texts: readonly string[], turn: (id: string, text: string) => Promise<void>): Promise<void> {
  for (const [index, text] of texts.entries()) await turn(`t${index}`, text);
}
