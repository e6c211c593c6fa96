import assert from "node:assert/strict";
import { describe } from "node:test";
import { panelCheck, waitUntil } from "./check.ts";
import { CONFIGURED, type FakeHost, OFFLINE, receiptOf } from "./fakeHost.ts";
import type { OpenOptions, OpenPanel } from "./page.ts";

const check = panelCheck(controls);
function controls({ page }: OpenPanel) {
  return {
    box: page.getByLabel("Message", { exact: true }),
    button: (name: string | RegExp) => page.getByRole("button", { name, exact: true }),
    // The title may say the same; it stands first.
    text: (words: string) => page.getByText(words, { exact: true }).last(),
    log: page.getByRole("log"),
    until: waitUntil,
  };
}

const c1: OpenOptions = { saved: { draft: "", conversationId: "c1" } };

describe("another window that does not answer", () => {
  const busy = {
    code: "storeBusy",
    message: "Another window owns this workspace's conversations, but does not answer. This one takes over shortly.",
  } as const;

  check(
    "is named, what was there stays, and its notice goes when the conversation can be followed again",
    async ({ host, page, button, text, until }) => {
      await text("Where is it?").waitFor();
      await host.endSubscription(busy);
      await page.getByText("Another window owns this workspace", { exact: true }).waitFor();
      await page.getByText("This one takes over shortly").waitFor();
      await text("Where is it?").waitFor();
      const before = host.subscriptions.length;
      await button("Try again").click();
      await until(() => host.subscriptions.length > before);
      await button("Try again").waitFor({ state: "detached" });
    },
    (host) => host.turn("c1", "t1", "Where is it?", { text: "Here." }),
    c1,
  );
});

describe("sending", () => {
  check("Enter sends; the first message of a new conversation creates it first", async ({ host, box, text, until }) => {
    await box.fill("Where is it?");
    await box.press("Enter");
    await text("Where is it?").waitFor();
    await until(() => host.calls("rubberduck/conversation/send").length === 1);
    const methods = host.received.flatMap((message) => (message.type === "call" ? [message.method] : [message.type]));
    const order = ["rubberduck/conversation/create", "subscribe", "rubberduck/conversation/send"];
    assert.deepEqual(
      methods.filter((method) => order.includes(method)),
      order,
    );
    const [sent] = host.calls("rubberduck/conversation/send");
    assert.equal(sent?.conversationId, "c1");
    assert.match(sent?.operationId ?? "", /^[A-Za-z0-9_-]{1,64}$/);
    assert.equal(await box.inputValue(), "");
  });

  check("Shift+Enter starts a new line", async ({ host, box }) => {
    await box.fill("one");
    await box.press("Shift+Enter");
    await box.pressSequentially("two");
    assert.equal(await box.inputValue(), "one\ntwo");
    assert.equal(host.calls("rubberduck/conversation/send").length, 0);
  });

  check("a blank message is not sent", async ({ host, box, button }) => {
    await box.fill("  \n ");
    assert.equal(await button("Send").isDisabled(), true);
    await box.press("Enter");
    assert.equal(host.calls("rubberduck/conversation/send").length, 0);
  });

  check(
    "a paste of more than a message may hold stays in the box, and an alert says what to do",
    async ({ host, box, page }) => {
      await box.evaluate((element: HTMLTextAreaElement) => {
        element.value = "x".repeat(2 * 1024 * 1024);
        element.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await box.press("Enter");
      await page.getByRole("alert").getByText("2.0 MiB; at most 1 MiB can be sent").waitFor();
      assert.equal((await box.inputValue()).length, 2 * 1024 * 1024);
      assert.equal(host.calls("rubberduck/conversation/send").length, 0);
    },
  );

  check(
    "a refused message comes back into the box, and an alert says why",
    async ({ box, page }) => {
      await box.fill("far too much");
      await box.press("Enter");
      await page.getByRole("alert").getByText("Put it into a file and name the file.").waitFor();
      assert.equal(await box.inputValue(), "far too much");
    },
    (host) =>
      host.failures.set("rubberduck/conversation/send", {
        code: "messageTooLarge",
        message: "The message is larger than 1 MiB. Put it into a file and name the file.",
      }),
  );

  check(
    "a message that failed for no known reason is sent again under its own id",
    async ({ host, box, page, until }) => {
      host.failures.set("rubberduck/conversation/send", { code: "internal", message: "The connection was lost." });
      await box.fill("once only");
      await box.press("Enter");
      await page.getByRole("alert").waitFor();
      host.failures.clear();
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 2);
      const [first, second] = host.calls("rubberduck/conversation/send");
      assert.equal(first?.operationId, second?.operationId);
    },
  );

  check(
    "while the server starts nothing is sent, the reason is shown and the draft is kept",
    async ({ host, box, button, page }) => {
      await box.fill("later");
      await box.press("Enter");
      await page.getByText("Starting. What you write is kept until then.").waitFor();
      assert.equal(await button("Send").isDisabled(), true);
      await host.setState({ server: "ready" });
      assert.equal(await box.inputValue(), "later");
      assert.equal(await button("Send").isEnabled(), true);
    },
    (host) => {
      host.state = { ...host.state, server: "starting" };
    },
  );

  check(
    "the active file goes along unless its chip is removed",
    async ({ host, box, button, text, until }) => {
      await text("a.ts:3–9").waitFor();
      await box.fill("first");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      await button("Remove a.ts:3–9").click();
      await box.fill("second");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 2);
      const [first, second] = host.calls("rubberduck/conversation/send");
      assert.deepEqual(
        first?.attachments?.map(({ kind }) => kind),
        ["selection", "file"],
      );
      assert.deepEqual(second?.attachments, []);
    },
    (host) => {
      host.state = {
        ...host.state,
        editor: { path: "/ws/src/a.ts", language: "typescript", label: "src/a.ts", startLine: 3, endLine: 9 },
      };
    },
  );

  check(
    "↑ in an empty box brings the last message back",
    async ({ box, log }) => {
      await log.getByText("What is this?").waitFor();
      await box.press("ArrowUp");
      assert.equal(await box.inputValue(), "What is this?");
    },
    (host) => host.turn("c1", "t1", "What is this?", { text: "A duck." }),
    c1,
  );
});

describe("answers", () => {
  check(
    "an answer streams, with its open code fence shown as code, and Stop stops it",
    async ({ host, page, button, until }) => {
      await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "So:\n\n```ts\nconst a = 1" });
      await page.locator("figure code", { hasText: "const a = 1" }).waitFor();
      await host.emit("c1", { type: "text", turnId: "t1", offset: 22, text: "1 + 1;\n```\nDone." });
      await page.locator("figure code", { hasText: "const a = 11 + 1;" }).waitFor();
      await button("Stop").click();
      await until(() => host.calls("rubberduck/conversation/stop").length === 1);
      await host.finish("c1", "t1", { text: "So:", stopReason: "cancelled" });
      await page.getByText("Stopped. What was said is kept.").waitFor();
      assert.equal(await button("Stop").count(), 0);
    },
    async (host) => {
      await host.accept("c1", "t1", "Show me");
      await host.start("c1", "t1");
    },
    c1,
  );

  check(
    "Esc closes the popup first, then stops the answer",
    async ({ host, page, box, button, until }) => {
      await button("Stop").waitFor();
      await box.fill("/");
      await page.getByRole("listbox").waitFor();
      await box.press("Escape");
      assert.equal(await page.getByRole("listbox").count(), 0);
      assert.equal(host.calls("rubberduck/conversation/stop").length, 0);
      await box.press("Escape");
      await until(() => host.calls("rubberduck/conversation/stop").length === 1);
    },
    (host) => host.accept("c1", "t1", "Show me"),
    c1,
  );

  check("Esc right after Enter stops the answer as soon as the message is accepted", async ({ host, box, until }) => {
    host.acceptsLate = true;
    await box.fill("Not that");
    await box.press("Enter");
    await box.press("Escape");
    await until(() => host.calls("rubberduck/conversation/send").length === 1);
    assert.equal(host.calls("rubberduck/conversation/stop").length, 0);
    await host.acceptLate();
    await until(() => host.calls("rubberduck/conversation/stop").length === 1);
    assert.deepEqual(host.calls("rubberduck/conversation/stop"), [{ conversationId: "c1", turnId: "t1" }]);
  });

  check(
    "any message that waits can be sent now: it goes before the others, and the answer under way is stopped",
    async ({ host, page, button, until }) => {
      await button("Send now").nth(1).waitFor();
      assert.equal(await button("Take back").count(), 2);
      await button("Send now").nth(1).click();
      await until(() => host.calls("rubberduck/conversation/stop").length === 1);
      assert.deepEqual(host.calls("rubberduck/conversation/promote"), [{ conversationId: "c1", turnId: "third" }]);
      assert.deepEqual(host.calls("rubberduck/conversation/stop"), [{ conversationId: "c1", turnId: "first" }]);
      await page.locator(".turn").nth(1).getByText("And after that?").waitFor();
      await host.finish("c1", "first", { stopReason: "cancelled" });
      await host.start("c1", "third");
      await button("Take back").nth(1).waitFor({ state: "detached" });
    },
    async (host) => {
      await host.accept("c1", "first", "Show me");
      await host.start("c1", "first");
      await host.accept("c1", "second", "And then?");
      await host.accept("c1", "third", "And after that?");
    },
    c1,
  );

  check(
    "a message that waits is edited in place: Enter saves, Esc gives up, and words that come too late go into the box",
    async ({ host, page, box, button, text, until }) => {
      const pencil = button("Edit this waiting message");
      const field = page.getByLabel("Waiting message", { exact: true });
      await pencil.focus();
      await pencil.press("Enter");
      await field.fill("nothing");
      await field.press("Escape");
      await text("And then?").waitFor();
      assert.ok(await pencil.evaluate((element) => element === document.activeElement));
      await pencil.press("Enter");
      await field.press("End");
      await field.pressSequentially(" Please.");
      assert.equal(await button("Send now").count(), 0, "which would send the old words");
      await field.press("Enter");
      await text("And then? Please.").waitFor();
      await field.waitFor({ state: "detached" });
      assert.deepEqual(host.calls("rubberduck/conversation/revise"), [
        { conversationId: "c1", turnId: "second", content: "And then? Please." },
      ]);
      assert.equal(host.calls("rubberduck/conversation/stop").length, 0);
      await pencil.press("Enter");
      await field.fill("Too late");
      host.failures.set("rubberduck/conversation/revise", { code: "tooLate", message: "It is being answered." });
      await field.press("Enter");
      await field.waitFor({ state: "detached" });
      assert.equal(await box.inputValue(), "Too late");
      await box.fill("");
      await pencil.press("Enter");
      await field.fill("Started meanwhile");
      await host.finish("c1", "first", { text: "So." });
      await host.start("c1", "second");
      await field.waitFor({ state: "detached" });
      await page.waitForFunction(() => document.querySelector("textarea")?.value === "Started meanwhile");
      await until(() => host.calls("rubberduck/conversation/revise").length === 2);
    },
    async (host) => {
      await host.accept("c1", "first", "Show me");
      await host.start("c1", "first");
      await host.accept("c1", "second", "And then?");
    },
    c1,
  );

  check(
    "a message sent while one streams is shown as queued and can be taken back",
    async ({ host, box, button, text, until }) => {
      await button("Stop").waitFor();
      await box.fill("And then?");
      await box.press("Enter");
      await text("Queued").waitFor();
      await button("Take back").click();
      await until(() => host.calls("rubberduck/conversation/withdraw").length === 1);
      await host.emit("c1", { type: "withdrawn", turnId: "t1" });
      await text("Queued").waitFor({ state: "detached" });
      assert.equal(await box.inputValue(), "And then?");
    },
    async (host) => {
      await host.accept("c1", "first", "Show me");
      await host.start("c1", "first");
    },
    c1,
  );

  check(
    "a finished answer is not drawn again while the next one streams",
    async ({ host, page, text }) => {
      await text("The first answer.").waitFor();
      await host.accept("c1", "t2", "More");
      await host.start("c1", "t2");
      await text("More").waitFor();
      await page.evaluate(() => {
        const article = document.querySelector("article.message-duck");
        const observer = new MutationObserver((changes) => {
          document.body.dataset.changes = String(Number(document.body.dataset.changes ?? 0) + changes.length);
        });
        if (article)
          observer.observe(article, { subtree: true, childList: true, characterData: true, attributes: true });
      });
      for (const [index, word] of ["one ", "two ", "three"].entries()) {
        await host.emit("c1", { type: "text", turnId: "t2", offset: index * 4, text: word });
      }
      await text("one two three").waitFor();
      assert.equal(await page.evaluate(() => document.body.dataset.changes), undefined);
    },
    (host) => host.turn("c1", "t1", "First", { text: "The first answer." }),
    c1,
  );

  check(
    "the end stays in view while an answer grows, until the user scrolls up; then there is a way back",
    async ({ host, log, button }) => {
      const distance = () => log.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
      await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "line\n\n".repeat(80) });
      await log.getByText("line").nth(79).waitFor();
      assert.ok((await distance()) <= 4);
      await log.hover();
      await log.evaluate((element) => element.scrollBy(0, -400));
      await button("Jump to latest").waitFor();
      await host.emit("c1", { type: "text", turnId: "t1", offset: 480, text: "more\n\n".repeat(10) });
      await log.getByText("more").nth(9).waitFor({ state: "attached" });
      assert.ok((await distance()) > 300);
      await button("Jump to latest").click();
      await button("Jump to latest").waitFor({ state: "detached" });
      assert.ok((await distance()) <= 4);
    },
    async (host) => {
      await host.accept("c1", "t1", "Tell me");
      await host.start("c1", "t1");
    },
    c1,
  );

  check(
    "code can be copied, inserted at the cursor and opened as a new file",
    async ({ host, page, until }) => {
      const figure = page.locator("figure");
      await figure.hover();
      await figure.getByRole("button", { name: "Copy" }).click();
      await figure.getByRole("button", { name: "Insert at cursor" }).click();
      await figure.getByRole("button", { name: "Open as new file" }).click();
      await until(() => host.actions.length === 3);
      assert.deepEqual(host.actions, [
        { kind: "copy", text: "print(1)" },
        { kind: "insertAtCursor", text: "print(1)" },
        { kind: "newFile", text: "print(1)", language: "python" },
      ]);
    },
    (host) => host.turn("c1", "t1", "Show", { text: "```py\nprint(1)\n```" }),
    c1,
  );

  check(
    "places in files open files, web addresses open through the host, images are links, and nothing else is a link",
    async ({ host, page, until }) => {
      await page.getByRole("link").nth(5).waitFor();
      for (const link of await page.getByRole("link").all()) await link.click();
      await until(() => host.actions.length === 6);
      assert.deepEqual(host.actions, [
        { kind: "openFile", path: "src/a.ts", line: 12 },
        { kind: "openFile", path: "src/b c.ts", line: 10 },
        { kind: "openFile", path: "a.ts", line: 10 },
        { kind: "openFile", path: "src/d.ts" },
        { kind: "openLink", url: "https://example.com/x" },
        { kind: "openLink", url: "https://example.com/i.png" },
      ]);
      assert.equal(await page.locator("[href], [src]:not(script), img").locator("visible=true").count(), 0);
    },
    (host) =>
      host.turn("c1", "t1", "Links", {
        text: [
          "See src/a.ts:12 and [b](src/b%20c.ts#L10-L12) and `a.ts:10` and `src/d.ts`.",
          "[site](https://example.com/x) ![pic](https://example.com/i.png)",
          "[no](command:evil) [no](javascript:alert(1)) [no](data:text/html,x) [no](file:///etc/passwd) [no](//host/share/a.ts)",
        ].join("\n\n"),
      }),
    c1,
  );

  check(
    "what a model thinks stands on one line, opens in place, and is nobody's HTML",
    async ({ host, page, button, text }) => {
      await host.emit("c1", { type: "progress", turnId: "t1", message: "Thinking" });
      await host.emit("c1", { type: "reasoning", turnId: "t1", offset: 0, text: "First **this**\n\nthen", ms: 3000 });
      await button(/^Thinking for 3 s/).waitFor();
      assert.equal(await page.locator(".reasoning .markdown").count(), 0);
      await host.emit("c1", { type: "reasoning", turnId: "t1", offset: 20, text: " <img src=x>", ms: 12_400 });
      await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "So it is." });
      const fold = button("Thought for 12 s");
      assert.equal(await fold.getAttribute("aria-expanded"), "false");
      await fold.press("Enter");
      const thought = page.getByRole("region", { name: "What the model thought" });
      await thought.getByText("then <img src=x>").waitFor();
      assert.equal(await thought.locator("strong").textContent(), "this");
      assert.equal(await thought.locator("img").count(), 0);
      await host.finish("c1", "t1", { text: "So it is.", reasoning: { text: "First **this**", ms: 12_400 } });
      await text("So it is.").waitFor();
      await fold.press("Enter");
      await thought.waitFor({ state: "detached" });
    },
    async (host) => {
      await host.accept("c1", "t1", "Why?");
      await host.start("c1", "t1");
    },
    c1,
  );

  check(
    "an answer without a model says why, where a model was chosen",
    async ({ page }) => {
      await page.locator(".origin").getByText("127.0.0.1 does not answer.").waitFor();
    },
    (host) =>
      host.turn("c1", "t1", "Where?", {
        text: "Here.",
        model: { ...OFFLINE.model, reason: "127.0.0.1 does not answer." },
      }),
    c1,
  );

  check(
    "a screen reader hears finished sentences and the end, and the transcript itself is silent",
    async ({ host, page, log }) => {
      const spoken = page.locator("#root > [role=status]");
      assert.equal(await log.getAttribute("aria-live"), "off");
      await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "It **floats**. And" });
      await page.waitForFunction(() => document.querySelector("#root > [role=status]")?.textContent === "It floats.");
      await host.finish("c1", "t1", { text: "It **floats**. And swims" });
      await spoken.getByText("And swims Answer complete").waitFor();
    },
    async (host) => {
      await host.accept("c1", "t1", "Tell me");
      await host.start("c1", "t1");
    },
    c1,
  );
});

describe("receipts", () => {
  check(
    "the receipt opens in place, its left-out part stays closed, and its code opens",
    async ({ host, page, button, until }) => {
      await button(/^Receipt: Code 1 · Messages 1 · 1,842 of 8,000 tokens$/).click();
      const receipt = page.getByRole("region", { name: "Receipt" });
      await receipt.getByText("Sent to qwen2.5-coder:7b").waitFor();
      assert.equal(await receipt.getByText("too long").count(), 0);
      await receipt.getByRole("button", { name: /Left out/ }).click();
      await receipt.getByText("too long").waitFor();
      await receipt.getByRole("button", { name: "src/a.ts:3-9" }).click();
      await until(() => host.actions.length === 1);
      assert.deepEqual(host.actions, [{ kind: "openFile", path: "/w/src/a.ts", line: 3 }]);
      const width = await receipt
        .locator(".meter i")
        .first()
        .evaluate((bar) => (bar as HTMLElement).style.width);
      assert.equal(Math.round(Number.parseFloat(width)), 23);
    },
    async (host) => {
      await host.accept("c1", "t1", "Why?");
      await host.start("c1", "t1");
      const receipt = receiptOf(
        [
          {
            source: "code",
            label: "src/a.ts:3-9",
            tokens: 40,
            why: "same words",
            score: 1,
            location: { path: "/w/src/a.ts", startLine: 3, endLine: 9 },
          },
          { source: "history", label: "4 earlier messages", tokens: 90, why: "recent" },
        ],
        [{ source: "code", label: "src/b.ts:1-900", tokens: 9000, why: "too long" }],
      );
      await host.emit("c1", { type: "context", turnId: "t1", receipt });
      await host.finish("c1", "t1", { text: "Because." });
    },
    c1,
  );
});

describe("when it goes wrong", () => {
  check(
    "a refused key offers to change it, to choose a model and to answer offline",
    async ({ host, page, button, until }) => {
      await page.getByRole("alert").getByText("The key was refused").waitFor();
      await button("Change key").click();
      await button("Choose model").click();
      await button("Answer offline").click();
      await until(() => host.calls("rubberduck/conversation/retry").length === 1);
      assert.deepEqual(host.actions, [{ kind: "setKey" }, { kind: "chooseModel" }]);
      const [retry] = host.calls("rubberduck/conversation/retry");
      assert.deepEqual([retry?.mode, retry?.turnId, retry?.options?.model], ["regenerate", "t1", "offline"]);
    },
    (host) =>
      host.turn("c1", "t1", "Why?", {
        stopReason: "error",
        error: { code: "keyRefused", message: "The endpoint answered 401. Your message is kept." },
      }),
    c1,
  );

  check(
    "an interrupted answer keeps what arrived and can be continued or made anew",
    async ({ host, page, button, until }) => {
      await page.getByText("It keeps both parts and").waitFor();
      await page.getByText("The answer was cut off").waitFor();
      await button("Continue").click();
      await page.locator(".notice").getByRole("button", { name: "Regenerate" }).click();
      await until(() => host.calls("rubberduck/conversation/retry").length === 2);
      assert.deepEqual(
        host.calls("rubberduck/conversation/retry").map((retry) => retry.mode),
        ["continue", "regenerate"],
      );
    },
    (host) =>
      host.turn("c1", "t1", "Why?", {
        text: "It keeps both parts and",
        stopReason: "interrupted",
        error: { code: "modelUnavailable", message: "The connection was closed. What arrived is kept." },
      }),
    c1,
  );

  check(
    "while the endpoint does not answer, a notice says so and offers to try now",
    async ({ host, page, button, until }) => {
      await page.getByText("127.0.0.1:11434 does not answer").waitFor();
      await page.getByText(/next try in \d+ s/).waitFor();
      await button("Try now").click();
      await until(() => host.calls("rubberduck/model/retryNow").length === 1);
      await host.setState({ model: CONFIGURED });
      await page.getByText("127.0.0.1:11434 does not answer").waitFor({ state: "detached" });
    },
    (host) => {
      const retryAt = new Date(Date.now() + 30_000).toISOString();
      const breaker = { state: "open", retryAt, lastError: "Five requests failed." } as const;
      host.state = { ...host.state, model: { ...CONFIGURED, model: OFFLINE.model, breaker } };
    },
  );

  check(
    "a stopped server is said, with its cause, and can be started again",
    async ({ host, page, button, until }) => {
      await host.setState({ server: "stopped", serverMessage: "It ended five times within 3 minutes." });
      await page.getByRole("alert").getByText("It ended five times within 3 minutes.").waitFor();
      await button("Restart server").click();
      await button("Show output").click();
      await until(() => host.actions.length === 2);
      assert.deepEqual(host.actions, [{ kind: "restartServer" }, { kind: "showOutput" }]);
    },
    (host) => host.turn("c1", "t1", "Why?", { text: "Because." }),
    c1,
  );

  check("restricted mode and a missing folder are said", async ({ host, page, button, until }) => {
    await host.setState({ trusted: false });
    await page.getByText("Restricted mode: no file is read and nothing is sent to a model.").waitFor();
    await button("Manage trust").click();
    await until(() => host.actions.length === 1);
    await host.setState({ trusted: true, hasFolder: false });
    await page.getByText(/^No folder is open/).waitFor();
  });

  check(
    "after the server came back the panel takes up where it stood, also in the middle of an answer",
    async ({ host, page, text, until }) => {
      await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "Half of" });
      await text("Half of").waitFor();
      await host.endSubscription();
      await host.setState({ server: "stopped" });
      await host.setState({ server: "ready" });
      await until(() => host.subscriptions.length === 2);
      const [, again] = host.subscriptions;
      assert.deepEqual([again?.lastSeq, again?.offset], [2, 7]);
      await host.emit("c1", { type: "text", turnId: "t1", offset: 7, text: " it" });
      await text("Half of it").waitFor();
      assert.equal(await page.locator("article.message-duck").count(), 1);
    },
    async (host) => {
      await host.accept("c1", "t1", "Tell me");
      await host.start("c1", "t1");
    },
    c1,
  );
});

describe("coming back", () => {
  check(
    "a server that is started anew on purpose is not missed: what breaks off by it is no trouble",
    async ({ host, page, text, until }) => {
      await text("Because.").waitFor();
      await host.setState({ server: "starting" });
      await host.endSubscription({ code: "internal", message: "The server went away." });
      await host.setState({ server: "ready" });
      await until(() => host.subscriptions.length === 2);
      await host.turn("c1", "t2", "And then?", { text: "Then this." });
      await text("Then this.").waitFor();
      assert.equal(await page.getByText("went away").count(), 0);
    },
    (host) => host.turn("c1", "t1", "Why?", { text: "Because." }),
    c1,
  );

  check(
    "draft and conversation survive a reload; the transcript comes from the server",
    async ({ host, page, box, text, until }) => {
      await box.fill("hello");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      await host.start("c1", "t1");
      await host.finish("c1", "t1", { text: "Hello, too." });
      await box.fill("half a thou");
      await page.reload();
      await text("Hello, too.").waitFor();
      assert.equal(await box.inputValue(), "half a thou");
      assert.deepEqual([host.subscriptions.at(-1)?.lastSeq, host.subscriptions.at(-1)?.conversationId], [0, "c1"]);
    },
  );

  check("a draft survives a reload before the editor has written it down", async ({ page, box }) => {
    await box.fill("half a thou");
    await page.evaluate(() => sessionStorage.removeItem("state"));
    await page.reload();
    assert.equal(await box.inputValue(), "half a thou");
    await page.evaluate(() => {
      const kept = JSON.parse(sessionStorage.getItem("rubberduck.saved") ?? "{}");
      sessionStorage.setItem("rubberduck.saved", JSON.stringify({ ...kept, workspace: "another" }));
      sessionStorage.removeItem("state");
    });
    await page.reload();
    assert.equal(await box.inputValue(), "");
  });

  check("nothing of a draft lies open where the page or the editor keeps it", async ({ page, box }) => {
    await box.fill("a canary in the box");
    const kept = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    await page.waitForFunction(() => sessionStorage.getItem("rubberduck.saved")?.includes("sealed"));
    await page.reload();
    assert.equal(await box.inputValue(), "a canary in the box");
    assert.doesNotMatch(await kept(), /canary/);
  });

  check(
    "a conversation that is not known any more gives way to a new one, and the draft stays",
    async ({ host, page, box, until }) => {
      await until(() => host.subscriptions.length === 1);
      await host.endSubscription({ code: "notFound", message: "No conversation has that id." });
      await page.getByRole("heading", { name: "Ask about your code" }).waitFor();
      assert.equal(await box.inputValue(), "kept");
    },
    undefined,
    { saved: { draft: "kept", conversationId: "c1" } },
  );

  check(
    "the commands of the view's title start a conversation, put text into the box and give it the focus",
    async ({ host, page, box, text }) => {
      await text("Because.").waitFor();
      await host.post({ type: "command", name: "newConversation" });
      await page.getByRole("heading", { name: "Ask about your code" }).waitFor();
      await host.post({ type: "command", name: "insert", text: "/explain" });
      assert.equal(await box.inputValue(), "/explain");
      await host.post({ type: "command", name: "focusInput" });
      assert.equal(await box.evaluate((element) => element === document.activeElement), true);
    },
    (host) => host.turn("c1", "t1", "Why?", { text: "Because." }),
    c1,
  );
});

describe("conversations", () => {
  const now = new Date().toISOString();
  const list = (host: FakeHost) => {
    host.has("c2");
    host.conversations = ["First", "Second", "Third"].map((title, index) => ({
      conversationId: `c${index + 1}`,
      title,
      messages: 2 * index,
      updatedAt: new Date(Date.parse(now) - index * 1000).toISOString(),
      answering: false,
      pinned: false,
    }));
  };

  check(
    "the list is one tab stop, its arrows move, and Enter opens",
    async ({ host, page, button, until }) => {
      await page.locator(".bar-title").click();
      await button("First").waitFor();
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Second");
      assert.equal(await page.locator("main [tabindex='0']").count(), 1);
      await page.keyboard.press("Enter");
      await until(() => host.subscriptions.at(-1)?.conversationId === "c2");
      await page.getByLabel("Message", { exact: true }).waitFor();
    },
    list,
  );

  check(
    "F2 renames, Del deletes, and the row itself offers to undo it",
    async ({ host, page, button, until }) => {
      await host.post({ type: "command", name: "showConversations" });
      await button("First").focus();
      await page.keyboard.press("F2");
      await page.getByLabel("New title").fill("Renamed");
      await page.keyboard.press("Enter");
      await until(() => host.calls("rubberduck/conversation/rename")[0]?.title === "Renamed");
      await button("Renamed").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Renamed");
      await page.keyboard.press("F2");
      await page.getByLabel("New title").fill("Never mind");
      await page.keyboard.press("Escape");
      await button("Renamed").waitFor();
      assert.equal(host.calls("rubberduck/conversation/rename").length, 1);
      await button("Second").focus();
      await page.keyboard.press("Delete");
      await page.getByText("Deleted “Second”").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Undo");
      await page.keyboard.press("Enter");
      await until(() => host.calls("rubberduck/conversation/restore")[0]?.conversationId === "c2");
      await button("Second").waitFor();
    },
    list,
  );
});

describe("first run", () => {
  check(
    "Offline, what was found on this computer and an address of one's own can be chosen",
    async ({ host, page, until }) => {
      await page.getByRole("radio", { name: /Ollama on this computer.*Found coder:7b and 1 more/ }).click();
      await page.getByRole("radio", { name: /OpenAI-compatible endpoint/ }).click();
      await page.getByRole("radio", { name: /Offline/, checked: true }).click();
      await until(() => host.actions.length === 3);
      assert.deepEqual(host.actions, [
        { kind: "useEndpoint", baseUrl: "http://127.0.0.1:11434/v1", name: "coder:7b" },
        { kind: "useEndpoint" },
        { kind: "useEndpoint", baseUrl: "" },
      ]);
    },
    (host) => {
      host.state = { ...host.state, model: OFFLINE };
      host.endpoints = [{ label: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", models: ["coder:7b", "other"] }];
    },
  );

  check("an example is put into the box and not sent", async ({ host, box, button }) => {
    await button("Where does this program start?").click();
    assert.equal(await box.inputValue(), "Where does this program start?");
    assert.equal(host.calls("rubberduck/conversation/send").length, 0);
  });

  check(
    "the model and the progress of the index are shown",
    async ({ host, page, button, until }) => {
      await page.getByText("Indexing 1,204 of 1,980 files").waitFor();
      await button("Model: qwen2.5-coder:7b").click();
      await page.getByRole("menuitem", { name: "Change the default…" }).click();
      await until(() => host.actions.length === 1);
      assert.deepEqual(host.actions, [{ kind: "chooseModel" }]);
    },
    (host) => {
      host.state = { ...host.state, index: { state: "indexing", files: 1204, total: 1980, skipped: {} } };
    },
  );
});
