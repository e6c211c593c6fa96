import assert from "node:assert/strict";
import { describe } from "node:test";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";

const check = panelCheck(controls, { saved: { draft: "", conversationId: "c1" } });

type Controls = ReturnType<typeof controls>;

function controls({ page }: OpenPanel) {
  return {
    box: page.getByLabel("Message", { exact: true }),
    button: (name: string | RegExp) => page.getByRole("button", { name, exact: true }),
    message: (text: string) => page.getByRole("article", { name: /^You/ }).filter({ hasText: text }),
    log: page.getByRole("log"),
    search: page.getByRole("searchbox", { name: "Search conversations" }),
    focused: () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? ""),
    until: waitUntil,
  };
}

const FILE = { kind: "file", path: "/ws/src/a.ts", language: "typescript" } as const;

/** A conversation of two messages, the first with a file. */
async function twoTurns(host: FakeHost): Promise<void> {
  host.turnsBefore = 2;
  await host.accept("c1", "t1", "First question", { attachments: [FILE] });
  await host.finish("c1", "t1", { text: "First answer" });
  await host.turn("c1", "t2", "Second question", { text: "Second answer" });
}

describe("edit and resend", () => {
  check(
    "an edited message takes what came after it out of view, and goes with what went along with it",
    async ({ host, box, button, message, log, until }) => {
      await box.fill("half a thought");
      await message("First question").getByRole("button", { name: "Edit and ask again" }).press("Enter");
      assert.equal(await box.inputValue(), "First question");
      await button("Remove a.ts").waitFor();
      await box.fill("First question, put better");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      const [sent] = host.calls("rubberduck/conversation/send");
      assert.equal(sent?.edits, "t1");
      assert.deepEqual(sent?.attachments, [FILE]);
      await message("First question, put better").waitFor();
      await host.finish("c1", "t3", { text: "Better answer" });
      await log.getByText("Better answer").waitFor();
      assert.equal(await log.getByText("Second question").count(), 0);
      assert.equal(await box.inputValue(), "half a thought");
    },
    twoTurns,
  );

  check(
    "‹ 2/2 › brings the old version back with all that followed, and keeps the focus",
    async ({ host, page, button, message, log, focused, until }) => {
      await host.accept("c1", "t3", "Edited question", { edits: "t1" });
      await host.finish("c1", "t3", { text: "Other answer" });
      await message("Edited question").getByText("2/2").waitFor();
      assert.equal(await button("Next version").isDisabled(), true);
      await button("Previous version").focus();
      await page.keyboard.press("Enter");
      await log.getByText("Second answer").waitFor();
      await message("First question").getByText("1/2").waitFor();
      assert.deepEqual(host.calls("rubberduck/conversation/showBranch"), [{ conversationId: "c1", turnId: "t1" }]);
      assert.equal(await focused(), "Next version");
      await page.keyboard.press("Enter");
      await log.getByText("Other answer").waitFor();
      await until(() => host.calls("rubberduck/conversation/showBranch").length === 2);
    },
    twoTurns,
  );

  check(
    "Esc leaves the message as it was and gives the draft back; what went along can be removed",
    async ({ host, box, button, message, page, until }) => {
      await box.fill("half a thought");
      await message("First question").getByRole("button", { name: "Edit and ask again" }).press("Enter");
      await page.getByText("Editing an earlier message").waitFor();
      await box.press("Escape");
      assert.equal(await box.inputValue(), "half a thought");
      assert.equal(await page.getByText("Editing an earlier message").count(), 0);
      await message("First question").getByRole("button", { name: "Edit and ask again" }).press("Enter");
      await button("Remove a.ts").click();
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      assert.deepEqual(host.calls("rubberduck/conversation/send")[0]?.attachments, []);
    },
    twoTurns,
  );

  check(
    "↑ in an empty box edits the last message; a refused edit is still an edit",
    async ({ host, box, page, until }) => {
      await page.getByText("Second answer").waitFor();
      host.failures.set("rubberduck/conversation/send", {
        code: "tooLate",
        message: "Messages wait for their answer.",
      });
      await box.press("ArrowUp");
      assert.equal(await box.inputValue(), "Second question");
      await box.press("Enter");
      await page.getByRole("alert").getByText("Messages wait for their answer.").waitFor();
      assert.equal(await box.inputValue(), "Second question");
      host.failures.clear();
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 2);
      assert.equal(host.calls("rubberduck/conversation/send")[1]?.edits, "t2");
    },
    twoTurns,
  );
});

describe("the model of a conversation", () => {
  check(
    "another model of the endpoint is chosen from the menu, and the control shows it",
    async ({ host, page, button, focused }) => {
      await button("Model: qwen2.5-coder:7b").click();
      await page.getByRole("menuitemradio", { name: "duck-2" }).waitFor();
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await button("Model: duck-2").waitFor();
      assert.equal(await focused(), "Model: duck-2");
      assert.deepEqual(host.calls("rubberduck/conversation/chooseModel"), [
        { conversationId: "c1", choice: { kind: "openai", name: "duck-2" } },
      ]);
      await button("Model: duck-2").click();
      await page.getByRole("menuitemradio", { name: "duck-2", checked: true }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
    },
    twoTurns,
  );

  check(
    "what is chosen for a new conversation is kept with it before its first message",
    async ({ host, page, box, button, until }) => {
      await button("Model: qwen2.5-coder:7b").click();
      await page.getByRole("menuitemradio", { name: "Offline" }).click();
      await button("Model: Offline").waitFor();
      await box.fill("Hello");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      const order = host.received.flatMap((sent) => (sent.type === "call" ? [sent.method] : []));
      const chosen = order.indexOf("rubberduck/conversation/chooseModel");
      assert.ok(chosen >= 0 && chosen < order.indexOf("rubberduck/conversation/send"));
      await button("Model: Offline").waitFor();
    },
    undefined,
    {},
  );

  check(
    "an endpoint that gives no list leaves the other choices",
    async ({ page, button }) => {
      await button("Model: qwen2.5-coder:7b").click();
      await page.getByText("127.0.0.1:11434 does not answer.").waitFor();
      assert.equal(await page.getByRole("menuitemradio").count(), 2);
    },
    (host) =>
      host.failures.set("rubberduck/model/list", {
        code: "modelUnavailable",
        message: "127.0.0.1:11434 does not answer.",
      }),
    {},
  );
});

describe("the list of conversations", () => {
  const now = Date.now();
  const list = (host: FakeHost) => {
    host.has("c2");
    host.conversations = ["First", "Second", "Third"].map((title, index) => ({
      conversationId: `c${index + 1}`,
      title,
      messages: 2,
      updatedAt: new Date(now - index * 1000).toISOString(),
      answering: false,
      pinned: title === "Third",
      ...(title === "Second" && {
        usage: { promptTokens: 12000, completionTokens: 340, isEstimate: false, costUsd: 0.031, isCostPartial: true },
      }),
    }));
    host.hits = [
      {
        conversationId: "c2",
        title: "Second",
        titleMarks: [[0, 3]],
        updatedAt: new Date(now).toISOString(),
        matches: 3,
        turnId: "t9",
        snippet: { text: "…a second look…", marks: [[3, 9]] },
      },
    ];
  };
  const open = async ({ host, button }: OpenPanel & Controls) => {
    await host.post({ type: "command", name: "showConversations" });
    await button("First").waitFor();
  };

  check(
    "a pinned conversation stands on top; what its answers took is said where it is known",
    async (panel) => {
      await open(panel);
      const { page, host, button, until } = panel;
      assert.deepEqual(await page.locator(".list-group").allInnerTexts(), ["Pinned", "Today"]);
      assert.deepEqual(await page.locator("[data-row-main]").allInnerTexts(), ["Third", "First", "Second"]);
      await page.getByText("12.3k tokens · at least $0.031").waitFor();
      await button("First").hover();
      await page.getByRole("toolbar", { name: "Actions for First" }).getByRole("button", { name: "Pin" }).click();
      await until(() => host.calls("rubberduck/conversation/pin")[0]?.pinned === true);
      assert.equal(host.calls("rubberduck/conversation/pin")[0]?.conversationId, "c1");
    },
    list,
  );

  check(
    "a search marks its words, cancels the one before it, and a hit opens at the message",
    async (panel) => {
      await open(panel);
      const { page, host, search, message, until } = panel;
      await search.fill("Sec");
      await page.getByText("1 of 3 conversations").waitFor();
      assert.deepEqual(await page.locator("mark").allInnerTexts(), ["Sec", "second"]);
      await search.fill("Zzz");
      await page.getByText("None of 3 conversations has these words").waitFor();
      await search.press("Escape");
      await page.getByRole("heading", { name: "Pinned" }).waitFor();
      await search.fill("Second");
      await page.getByText("1 of 3 conversations").waitFor();
      await host.turn("c2", "t8", "Long before", { text: "line\n\n".repeat(200) });
      await host.turn("c2", "t9", "The one that is meant", { text: "line\n\n".repeat(200) });
      await search.press("Enter");
      await message("The one that is meant").waitFor();
      await page.waitForFunction(() => document.activeElement?.textContent?.includes("The one that is meant"));
      const top = await message("The one that is meant").evaluate((element) => element.getBoundingClientRect().top);
      assert.ok(top > 0 && top < 300, `it stands at ${top}`);
      await until(() => host.subscriptions.at(-1)?.conversationId === "c2");
    },
    list,
  );

  check(
    "a hit on another branch brings that branch into view",
    async (panel) => {
      await open(panel);
      const { page, host, search, message } = panel;
      await host.turn("c2", "t9", "The old question", { text: "old" });
      await host.accept("c2", "t10", "The new question", { edits: "t9" });
      await host.finish("c2", "t10", { text: "new" });
      await search.fill("Second");
      await page.getByText("1 of 3 conversations").waitFor();
      await search.press("ArrowDown");
      await page.keyboard.press("Enter");
      await message("The old question").waitFor();
      assert.deepEqual(host.calls("rubberduck/conversation/showBranch"), [{ conversationId: "c2", turnId: "t9" }]);
      await page.waitForFunction(() => document.activeElement?.textContent?.includes("The old question"));
    },
    list,
  );

  check(
    "the commands of a row's context menu act on it, and Export asks the host",
    async (panel) => {
      await open(panel);
      const { page, host, button, until } = panel;
      const context = await page.locator(".item").first().getAttribute("data-vscode-context");
      assert.equal(JSON.parse(context ?? "{}").conversationId, "c3");
      await host.post({ type: "command", name: "exportConversation", conversationId: "c2" });
      await until(() => host.actions.length === 1);
      assert.deepEqual(host.actions, [{ kind: "exportConversation", conversationId: "c2" }]);
      await host.post({ type: "command", name: "renameConversation", conversationId: "c2" });
      await page.getByLabel("New title").press("Escape");
      await host.post({ type: "command", name: "deleteConversation", conversationId: "c2" });
      await button("Undo").waitFor();
      await host.post({ type: "command", name: "pinConversation", conversationId: "c3" });
      await until(() => host.calls("rubberduck/conversation/pin")[0]?.pinned === false);
    },
    list,
  );

  check(
    "renaming leaves the rows below where they are, and nothing is wider than a narrow panel",
    async (panel) => {
      await open(panel);
      const { page, button } = panel;
      const below = () => button("Second").evaluate((element) => element.getBoundingClientRect().top);
      const before = await below();
      await button("First").focus();
      await page.keyboard.press("F2");
      await page.getByLabel("New title").waitFor();
      assert.equal(await below(), before);
      const footer = page.locator(".statusline");
      assert.equal(await footer.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);
      assert.ok(await footer.evaluate(({ clientHeight }) => clientHeight < 32));
    },
    list,
    { width: 300 },
  );
});
