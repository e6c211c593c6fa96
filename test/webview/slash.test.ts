import assert from "node:assert/strict";
import { describe } from "node:test";
import type { CommandSuggestion } from "../../server/protocol/commands.ts";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";

const check = panelCheck(controls);

function controls({ page, host }: OpenPanel) {
  const box = page.getByLabel("Message", { exact: true });
  const options = page.getByRole("option");
  return {
    box,
    options,
    labels: () => options.evaluateAll((all) => all.map((one) => one.firstElementChild?.textContent)),
    status: page.getByRole("status"),
    sent: () => host.calls("rubberduck/conversation/send"),
    button: (name: string) => page.getByRole("button", { name, exact: true }),
  };
}

const REFACTOR: CommandSuggestion = {
  text: "/refactor ",
  label: "/refactor",
  marks: [[1, 3]],
  summary: "Change code, with your review",
  why: "recent, fits TypeScript",
  score: 1.8,
  limited: "Needs a model. Without one it can do little.",
};
const REVIEW: CommandSuggestion = {
  ...{ text: "/review", label: "/review", marks: [[1, 3]], summary: "Yours, from commands/review.md", score: 1 },
};
const MEMORY: CommandSuggestion = {
  text: "/memory ",
  label: "/memory",
  marks: [[5, 6]],
  why: "close match",
  score: 0.5,
};
const SEARCH: CommandSuggestion = { text: "/memory search ", label: "search", marks: [[0, 1]], score: 1 };
const TIDY: CommandSuggestion = { text: "/memory tidy", label: "tidy", marks: [], score: 1 };

const offering = (host: FakeHost) => {
  host.offered = (input) => (input.startsWith("/memory ") ? [SEARCH, TIDY] : [REFACTOR, REVIEW, MEMORY]);
};

describe("slash commands", () => {
  check("while the server says nothing the built-in ones are offered: Tab completes, Enter runs", async (panel) => {
    const { page, box, options, labels, sent } = panel;
    await box.pressSequentially("/e");
    await options.first().waitFor();
    assert.deepEqual(await labels(), ["/explain", "/refactor", "/analyze", "/test", "/generate"]);
    assert.ok(await box.getAttribute("aria-activedescendant"));
    await box.press("Tab");
    assert.equal(await box.inputValue(), "/explain ");
    await box.fill("/he");
    await page.getByRole("option", { name: "/help", selected: true }).waitFor();
    await box.press("Enter");
    await waitUntil(() => sent().length === 1);
    assert.equal(sent()[0]?.content, "/help");
  });

  check(
    "the server's suggestions say why, and what a command lacks stands under the chosen one",
    async ({ page, box, status, labels, host }) => {
      await box.pressSequentially("/re");
      await page.getByText("recent, fits TypeScript").waitFor();
      assert.deepEqual(await labels(), ["/refactor", "/review", "/memory"]);
      assert.deepEqual(await page.locator(".option b").allTextContents(), ["re", "re", "r"]);
      await page.getByText("Needs a model.").waitFor();
      await status.getByText("3 commands").waitFor({ state: "attached" });
      await box.press("ArrowDown");
      await page.getByRole("option", { name: "/review", selected: true }).waitFor();
      assert.equal(await page.getByText("Needs a model.").isVisible(), false);
      assert.deepEqual(host.calls("rubberduck/command/suggest").at(-1), {
        input: "/re",
        context: { file: "/ws/a.ts", language: "typescript", hasSelection: true },
      });
      await box.press("Escape");
      assert.deepEqual(await labels(), []);
    },
    (host) => {
      offering(host);
      const editor = { path: "/ws/a.ts", language: "typescript", label: "a.ts", startLine: 1, endLine: 2 };
      host.state = { ...host.state, editor };
    },
  );

  check(
    "what was chosen stays chosen when the answer puts it elsewhere",
    async ({ page, box, options }) => {
      await box.pressSequentially("/me");
      await options.first().waitFor();
      await box.press("Tab");
      await box.fill("/re");
      await page.getByText("Yours, from commands/review.md").waitFor({ state: "attached" });
      await box.press("ArrowUp");
      await page.getByRole("option", { name: "/memory", selected: true }).waitFor();
    },
    offering,
  );

  check(
    "behind a command its arguments are completed: nothing is chosen, so Enter sends what stands there",
    async ({ page, box, options, labels, sent, status }) => {
      await box.pressSequentially("/memory ");
      await options.first().waitFor();
      assert.deepEqual(await labels(), ["search", "tidy"]);
      await status.getByText("2 suggestions").waitFor({ state: "attached" });
      assert.equal(await box.getAttribute("aria-activedescendant"), null);
      await box.press("Tab");
      assert.equal(await box.inputValue(), "/memory search ");
      await box.fill("/memory ");
      await options.first().waitFor();
      await box.press("ArrowDown");
      await box.press("ArrowDown");
      await page.getByRole("option", { name: "tidy", selected: true }).waitFor();
      await box.press("Enter");
      await waitUntil(() => sent().length === 1);
      assert.equal(sent()[0]?.content, "/memory tidy");
      await box.pressSequentially("/memory ");
      await options.first().waitFor();
      await box.press("Enter");
      await waitUntil(() => sent().length === 2);
      assert.equal(sent()[1]?.content, "/memory ");
    },
    offering,
  );

  check("letters that follow each other quickly are asked about once", async ({ page, box, host }) => {
    host.offered = () => [REFACTOR];
    await box.pressSequentially("/refac");
    await page.getByText("recent, fits TypeScript").waitFor();
    const asked = host.calls("rubberduck/command/suggest").map(({ input }) => input);
    assert.equal(asked.at(-1), "/refac");
    assert.equal(new Set(asked).size, asked.length);
  });
});

describe("what a message may have meant", () => {
  const attachment = { kind: "file" as const, path: "/ws/a.ts", language: "ts", mentioned: true };
  const unsure = async (host: FakeHost) => {
    await host.accept("c1", "t1", "tests", { attachments: [attachment], options: { rag: false } });
    await host.emit("c1", { type: "started", turnId: "t1", kind: "unsure" });
    const choices = [
      { label: "Write tests", as: { kind: "command" as const, command: "test" } },
      { label: "Just talk", as: { kind: "chat" as const } },
    ];
    await host.finish("c1", "t1", { text: "Did you mean a command?", choices });
  };
  const opened = { saved: { draft: "", conversationId: "c1" } };

  check(
    "stands under the answer as one tab stop, and choosing sends the same again in its place",
    async ({ page, button, sent }) => {
      const toolbar = page.getByRole("toolbar", { name: "What did you mean?" });
      await toolbar.waitFor();
      assert.equal(await toolbar.locator("button[tabindex='0']").count(), 1);
      await button("Write tests").focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Just talk");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await waitUntil(() => sent().length === 1);
      const { operationId, ...message } = sent()[0] ?? {};
      assert.ok(operationId);
      assert.deepEqual(message, {
        conversationId: "c1",
        content: "tests",
        attachments: [attachment],
        client: "panel",
        edits: "t1",
        options: { rag: false, as: { kind: "command", command: "test" } },
      });
      await toolbar.waitFor({ state: "detached" });
    },
    async (host) => {
      host.turnsBefore = 1;
      await unsure(host);
    },
    opened,
  );

  check(
    "is not asked any more once something was said after it, and a choice that is refused says why",
    async ({ page, button, host }) => {
      host.failures.set("rubberduck/conversation/send", { code: "storeFailed", message: "The disk is full." });
      await button("Just talk").click();
      await page.getByRole("alert").getByText("The disk is full.").waitFor();
      await host.accept("c1", "t2", "Never mind");
      await button("Just talk").waitFor({ state: "detached" });
    },
    unsure,
    opened,
  );
});
