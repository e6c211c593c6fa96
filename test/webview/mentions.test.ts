import assert from "node:assert/strict";
import { describe } from "node:test";
import type { Page } from "playwright-core";
import type { MentionSuggestion } from "../../server/protocol/mentions.ts";
import { panelCheck, waitUntil } from "./check.ts";
import { type FakeHost, receiptOf } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";

const checkPanel = panelCheck(controls);

/** With what the host suggests behind every @. */
const check: typeof checkPanel = (sentence, steps, arrange, options) => {
  const withSuggestions = (host: FakeHost) => {
    host.suggestions = SUGGESTIONS;
    return arrange?.(host);
  };
  checkPanel(sentence, steps, withSuggestions, options);
};

type Controls = ReturnType<typeof controls>;

function controls({ page, host }: OpenPanel) {
  const box = page.getByLabel("Message", { exact: true });
  return {
    box,
    list: page.getByRole("listbox", { name: "Context" }),
    option: (name: string | RegExp) => page.getByRole("option", { name }),
    button: (name: string | RegExp) => page.getByRole("button", { name, exact: true }),
    /** Sends what stands in the box, and answers what went along. */
    sent: async () => {
      await box.press("Enter");
      const sends = () => host.calls("rubberduck/conversation/send");
      await page.getByRole("article", { name: /^You/ }).first().waitFor();
      return sends().at(-1)?.attachments ?? [];
    },
  };
}

describe("naming something with @", () => {
  check("the list shows kinds and their prices; the chosen one is the box's active descendant", async (panel) => {
    const { box, list, option } = panel;
    await box.pressSequentially("Why @re");
    await list.waitFor();
    assert.deepEqual(await list.getByRole("group").evaluateAll((all) => all.map((one) => one.ariaLabel)), [
      "Files",
      "Folders",
    ]);
    assert.match(await option(/resilience/).innerText(), /src\/llm\s+1,210/);
    const active = () => box.getAttribute("aria-activedescendant");
    const [first, second] = await list.getByRole("option").evaluateAll((all) => all.map((one) => one.id));
    assert.equal(await active(), first);
    assert.equal(await box.getAttribute("aria-controls"), await list.getAttribute("id"));
    await box.press("ArrowDown");
    assert.equal(await active(), second);
    await box.press("ArrowUp");
    await box.press("ArrowUp");
    assert.equal(await option(/records/).getAttribute("aria-selected"), "true", "the list goes round");
  });

  check("Enter attaches: the name stands in the text, the thing is a chip, and it goes along", async (panel) => {
    const { box, list, button, sent } = panel;
    await box.pressSequentially("Why @res");
    await list.waitFor();
    await box.press("Enter");
    await button("Remove resilience.ts").waitFor();
    assert.equal(await box.inputValue(), "Why @resilience.ts ");
    assert.equal(await list.count(), 0);
    assert.deepEqual(await sent(), [SUGGESTIONS[0]?.attachment]);
    await button("resilience.ts").waitFor();
    assert.equal(await button("Remove resilience.ts").count(), 0);
  });

  check("a click attaches, and what stands behind the caret stays", async ({ box, option, button }) => {
    await box.fill("Compare  with that");
    await box.evaluate((element: HTMLTextAreaElement) => element.setSelectionRange(8, 8));
    await box.press("Shift"); // tells where the caret is
    await box.pressSequentially("@rec");
    await option(/records/).click();
    await button("Remove records/").waitFor();
    assert.equal(await box.inputValue(), "Compare @records/ with that");
    await box.pressSequentially("!");
    assert.equal(await box.inputValue(), "Compare @records/ !with that");
  });

  check("Esc closes the list and nothing else; an @ within a word opens none", async ({ box, list }) => {
    await box.pressSequentially("@re");
    await list.waitFor();
    await box.press("Escape");
    assert.equal(await list.count(), 0);
    assert.equal(await box.inputValue(), "@re");
    await box.fill("");
    await box.pressSequentially("me@re");
    await box.press("Home");
    assert.equal(await list.count(), 0);
  });

  check("a kind can be chosen, and narrows the list", async ({ box, list, option, host, page }) => {
    await box.pressSequentially("@");
    await option(/@folder/).click();
    assert.equal(await box.inputValue(), "@folder:");
    await option(/records/).waitFor();
    assert.equal(await list.getByRole("option").count(), 1);
    const isAsked = () => host.calls("rubberduck/mention/complete").at(-1)?.kind === "folder";
    while (!isAsked()) await page.evaluate(() => {});
  });

  check("the button beside the box writes the @", async ({ box, list, button }) => {
    await box.fill("See");
    await button("Add context").click();
    await list.waitFor();
    assert.equal(await box.inputValue(), "See @");
    await box.pressSequentially("re");
    assert.equal(await box.inputValue(), "See @re");
  });

  check("an address is fetched through the host and becomes a chip", async ({ box, option, button, host }) => {
    await box.pressSequentially("Read @https://example.com/a");
    await option(/Fetch https:\/\/example\.com\/a/).click();
    await button("Remove example.com/a").waitFor();
    assert.deepEqual(host.calls("rubberduck/mention/fetch"), [{ url: "https://example.com/a" }]);
    assert.equal(await box.inputValue(), "Read ");
  });

  check(
    "a page that was not fetched is said",
    async ({ box, option, page }) => {
      await box.pressSequentially("@https://example.com/a");
      await option(/Fetch/).click();
      await page.getByRole("alert").getByText("The page was not fetched.").waitFor();
    },
    (host) =>
      host.failures.set("rubberduck/mention/fetch", { code: "invalidRequest", message: "The page was not fetched." }),
  );

  check(
    "in restricted mode nothing is offered",
    async ({ box, list, page }) => {
      await box.pressSequentially("@re");
      await page.getByText("Restricted mode").waitFor();
      assert.equal(await list.count(), 0);
    },
    (host) => {
      host.state = { ...host.state, trusted: false };
    },
  );
});

describe("chips", () => {
  check("they are one tab stop: arrows move, Delete removes and gives the focus back", async (panel) => {
    const { box, page, button } = panel;
    await name(panel, "res", "Remove resilience.ts");
    await name(panel, "rec", "Remove records/");
    await box.press("Shift+Tab");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(page), "Remove records/");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(page), "Remove resilience.ts");
    await page.keyboard.press("Delete");
    assert.equal(await button("Remove resilience.ts").count(), 0);
    assert.equal(await focused(page), "Message");
  });

  check("Backspace in an empty box removes the last one, a key that is held none", async (panel) => {
    const { box, button } = panel;
    await name(panel, "res", "Remove resilience.ts");
    await box.evaluate((element) =>
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "Backspace", repeat: true, bubbles: true })),
    );
    await box.fill("");
    assert.equal(await button("Remove resilience.ts").count(), 1);
    await box.press("Backspace");
    assert.equal(await button("Remove resilience.ts").count(), 0);
  });

  check(
    "the open file is no chip of its own while it is named",
    async (panel) => {
      await panel.button("Remove resilience.ts").waitFor();
      await name(panel, "res", "Remove resilience.ts");
      assert.equal(await panel.button("Remove resilience.ts").count(), 1);
      assert.equal((await panel.sent()).length, 1);
    },
    (host) => {
      const path = "/ws/src/llm/resilience.ts";
      host.state = { ...host.state, editor: { path, language: "ts", label: "src/llm/resilience.ts" } };
    },
  );

  check("the same thing named twice is one chip", async (panel) => {
    await name(panel, "res", "Remove resilience.ts");
    await panel.box.fill("");
    await name(panel, "res", "Remove resilience.ts");
    assert.equal((await panel.sent()).length, 1);
  });

  check(
    "a file that is open and named goes along once",
    async (panel) => {
      await name(panel, "res", "Remove resilience.ts");
      assert.deepEqual(await panel.sent(), [SUGGESTIONS[0]?.attachment]);
    },
    (host) => {
      const path = "/ws/src/llm/resilience.ts";
      host.state = { ...host.state, editor: { path, language: "ts", label: "src/llm/open.ts" } };
    },
  );

  check("they survive a reload with the draft, and come back with a message that was refused", async (panel) => {
    const { page, box, button, host } = panel;
    await name(panel, "res", "Remove resilience.ts");
    await page.reload();
    await button("Remove resilience.ts").waitFor();
    host.failures.set("rubberduck/conversation/send", { code: "storeFailed", message: "The disk is full." });
    await box.press("Enter");
    await page.getByRole("alert").getByText("The disk is full.").waitFor();
    await button("Remove resilience.ts").waitFor();
  });

  check(
    "those of a message open what they stand for",
    async ({ button, host }) => {
      await button("resilience.ts").click();
      assert.deepEqual(host.actions, [{ kind: "openFile", path: "/ws/src/llm/resilience.ts" }]);
    },
    (host) => {
      const attachment = SUGGESTIONS[0]?.attachment;
      return host.accept("c1", "t1", "Why?", {
        operationId: "o1",
        ...(attachment && { attachments: [attachment, { kind: "problems", text: "none" }] }),
      });
    },
    { saved: { draft: "", conversationId: "c1" } },
  );
});

describe("dropping and pasting", () => {
  check("files of the workspace are dropped by their address", async ({ page, host, button }) => {
    host.resolved = {
      attachments: [{ kind: "file", path: "/ws/a.ts", language: "ts", mentioned: true }],
      refusals: [".env looks like a file with secrets, so I do not read it."],
    };
    await drop(page, { "text/uri-list": "# a comment\r\nfile:///ws/a.ts\r\nfile:///ws/.env\r\nhttps://example.com/" });
    await button("Remove a.ts").waitFor();
    await page.getByRole("alert").getByText("looks like a file with secrets").waitFor();
    assert.deepEqual(host.calls("rubberduck/mention/resolve"), [{ uris: ["file:///ws/a.ts", "file:///ws/.env"] }]);
  });

  check("the editor's own lists of what is dragged are understood", async ({ page, host, button }) => {
    host.resolved = { attachments: [{ kind: "folder", path: "/ws/src" }], refusals: [] };
    await drop(page, { resourceurls: JSON.stringify(["vscode-remote://host/ws/src"]) });
    await button("Remove src/").waitFor();
    assert.deepEqual(host.calls("rubberduck/mention/resolve"), [{ uris: ["vscode-remote://host/ws/src"] }]);
  });

  check("a dropped file from elsewhere goes along with its text", async (panel) => {
    await drop(panel.page, {}, [{ name: "log.txt", type: "text/plain", text: "It broke." }]);
    await panel.button("Remove log.txt").waitFor();
    await panel.box.fill("What is this?");
    assert.deepEqual(await panel.sent(), [{ kind: "text", name: "log.txt", text: "It broke." }]);
  });

  check("what is no text, too large or a broken picture is refused in words", async ({ page }) => {
    await drop(page, {}, [
      { name: "a.bin", type: "", text: "a\0b" },
      { name: "big.txt", type: "text/plain", text: "x".repeat(1024 * 1024 + 1) },
      { name: "broken.png", type: "image/png", text: "no picture" },
      { name: "a.svg", type: "image/svg+xml", text: "<svg/>" },
    ]);
    const alert = page.getByRole("alert");
    for (const words of [
      "a.bin is not a text file.",
      "big.txt is larger than 1 MiB.",
      "broken.png is no picture that can be read.",
      "a.svg cannot be added: pictures are PNG, JPEG, WebP or GIF.",
    ])
      await alert.getByText(words).waitFor();
  });

  check("a pasted picture becomes a chip, and pasted words stay words", async (panel) => {
    const { box, page, button, sent } = panel;
    await box.focus();
    await paste(page, "image.png", PIXEL);
    await button("Remove image.png").waitFor();
    await box.fill("What is this?");
    const [image] = await sent();
    assert.ok(image?.kind === "image" && image.mediaType === "image/png" && image.data === PIXEL);
  });

  check("while something is held over the panel, the box says that it takes it", async ({ page }) => {
    const isOver = () => page.locator(".composer-box.is-over").count();
    await drag(page, "dragover", { "text/uri-list": "file:///ws/a.ts" });
    await page.locator(".composer-box.is-over").waitFor();
    await drag(page, "dragleave", {});
    await page.locator(".composer-box:not(.is-over)").waitFor();
    await drag(page, "dragover", { "text/plain": "words" });
    assert.equal(await isOver(), 0);
  });
});

describe("the context meter", () => {
  const file = { source: "file" as const, label: "src/llm/resilience.ts", tokens: 1210, why: "you named it" };

  check(
    "it says how full the window would be, and a click lists with what",
    async (panel) => {
      const { page, box, button } = panel;
      await box.fill("Why?");
      const meter = page.getByRole("meter", { name: "Context" });
      await meter.waitFor();
      assert.equal(await meter.getAttribute("aria-valuenow"), "0.23");
      assert.equal(await meter.getAttribute("aria-valuetext"), "1,842 of 8,000 tokens");
      await button(/^Context: 1,842/).click();
      await page.getByRole("region", { name: "What would be sent" }).getByText("src/llm/resilience.ts").waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await page.getByRole("region", { name: "What would be sent" }).count(), 0);
      await box.fill("");
      await meter.waitFor({ state: "detached" });
    },
    (host) => {
      host.preview = receiptOf([file]);
    },
  );

  check(
    "it asks with what is attached, and a chip that would not be sent says why",
    async (panel) => {
      const { page, host } = panel;
      await name(panel, "res", "Remove resilience.ts");
      await page.getByTitle("Not sent: it is not there any more").waitFor();
      const asked = () => host.calls("rubberduck/context/preview").at(-1);
      await waitUntil(() => asked()?.content === "@resilience.ts ");
      assert.deepEqual(asked()?.attachments, [SUGGESTIONS[0]?.attachment]);
    },
    (host) => {
      const missing = { ...file, tokens: 0, why: "it is not there any more", attachment: 0, missing: true as const };
      host.preview = receiptOf([], [missing]);
    },
  );

  check(
    "a message that does not fit says so before it is sent",
    async ({ box, page }) => {
      await box.fill("word ".repeat(100));
      await page.getByTitle("Shorten it.").getByText("Too long").waitFor();
    },
    (host) => host.failures.set("rubberduck/context/preview", { code: "contextTooLong", message: "Shorten it." }),
  );

  check(
    "the command lists what would be sent, also while nothing is written, and Escape closes it",
    async ({ page, host, box }) => {
      await host.post({ type: "command", name: "previewContext" });
      await page.getByRole("region", { name: "What would be sent" }).waitFor();
      assert.equal(host.calls("rubberduck/context/preview").at(-1)?.content, "");
      await page.keyboard.press("Escape");
      await box.fill("Why?");
      await page.getByRole("meter", { name: "Context" }).waitFor();
      await host.post({ type: "command", name: "previewContext" });
      await page.getByRole("region", { name: "What would be sent" }).waitFor();
    },
    (host) => {
      host.preview = receiptOf([file]);
    },
  );

  check("without a model there is none, and the command says why", async ({ page, host }) => {
    await host.post({ type: "command", name: "previewContext" });
    await page.getByText("Nothing would be sent anywhere: no model is connected.").waitFor();
  });

  check("without a model there is none", async ({ box, page, host }) => {
    await box.fill("Why?");
    await page.waitForFunction(() => document.querySelector(".send.is-ready") !== null);
    while (host.calls("rubberduck/context/preview").length === 0) await page.evaluate(() => {});
    assert.equal(await page.getByRole("meter").count(), 0);
  });
});

check(
  "what was named and could not be sent is said with the answer",
  async ({ page }) => {
    await page.getByText("src/gone.ts was not sent. src/gone.ts is not there any more.").waitFor();
  },
  async (host) => {
    await host.accept("c1", "t1", "Why?");
    await host.start("c1", "t1");
    const gone = { source: "file" as const, label: "src/gone.ts", tokens: 0, attachment: 0, missing: true as const };
    const receipt = receiptOf([], [{ ...gone, why: "src/gone.ts is not there any more." }]);
    await host.emit("c1", { type: "context", turnId: "t1", receipt });
    await host.finish("c1", "t1", { text: "I cannot say." });
  },
  { saved: { draft: "", conversationId: "c1" } },
);

const SUGGESTIONS: MentionSuggestion[] = [
  {
    attachment: { kind: "file", path: "/ws/src/llm/resilience.ts", language: "ts", mentioned: true },
    label: "resilience.ts",
    detail: "src/llm",
    tokens: 1210,
    letters: [0, 1],
  },
  { attachment: { kind: "folder", path: "/ws/records" }, label: "records", letters: [0, 1] },
  { attachment: { kind: "problems" }, label: "problems", detail: "3 in this file", tokens: 118, letters: [] },
];

/** A PNG of one pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async function name({ box, list, button }: OpenPanel & Controls, query: string, chip: string): Promise<void> {
  await box.pressSequentially(`@${query}`);
  await list.waitFor();
  await box.press("Enter");
  await button(chip).waitFor();
}

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.ariaLabel);
}

interface GivenFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

function drop(page: Page, data: Record<string, string>, files: readonly GivenFile[] = []): Promise<void> {
  return drag(page, "drop", data, files);
}

function drag(page: Page, type: string, data: Record<string, string>, files: readonly GivenFile[] = []): Promise<void> {
  return page.evaluate(
    (given) => {
      const dataTransfer = new DataTransfer();
      for (const [format, text] of Object.entries(given.data)) dataTransfer.setData(format, text);
      for (const file of given.files) dataTransfer.items.add(new File([file.text], file.name, { type: file.type }));
      const event = new DragEvent(given.type, { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector("textarea")?.dispatchEvent(event);
    },
    { type, data, files },
  );
}

function paste(page: Page, fileName: string, base64: string): Promise<void> {
  return page.evaluate(
    (given) => {
      const bytes = Uint8Array.from(atob(given.base64), (letter) => letter.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], given.fileName, { type: "image/png" }));
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.querySelector("textarea")?.dispatchEvent(event);
    },
    { fileName, base64 },
  );
}
