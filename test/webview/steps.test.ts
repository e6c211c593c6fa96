import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Step } from "../../server/protocol/events.ts";
import { type FakeHost, receiptOf } from "./fakeHost.ts";
import { type OpenPanel, PanelBrowser } from "./page.ts";

let browser: PanelBrowser;

before(async () => {
  browser = await PanelBrowser.launch();
});

after(() => browser.close());

test("the step under way is shown although the others are folded, and all of them when opened", async () => {
  await using panel = await open(async (host) => {
    await step(host, { id: "s1", label: "Read src/a.ts:1-80", state: "done", summary: "80 lines", durationMs: 1200 });
    await step(host, { id: "s2", label: "Search “greet”", state: "running" });
  });
  const { page } = panel;
  const current = page.locator('[aria-current="step"]');
  await current.getByText("Search “greet”").waitFor();
  assert.equal(await page.getByText("Read src/a.ts:1-80").count(), 0);
  await fold(page, "2 steps: a.ts, Search “greet”").click();
  assert.deepEqual(await rows(page), ["Done: Read src/a.ts:1-80 80 lines · 1.2 s", "Under way: Search “greet”"]);
  await step(panel.host, { id: "s2", label: "Search “greet”", state: "failed", summary: "The index is off" });
  await page.getByText("Failed: Search “greet”").waitFor();
  assert.deepEqual((await rows(page)).at(-1), "Failed: Search “greet” The index is off");
  assert.equal(await current.count(), 0);
});

test("between two steps something says that the model works, whatever was said before", async () => {
  await using panel = await open(async (host) => {
    await host.emit("c1", { type: "text", turnId: "t1", offset: 0, text: "Let me see." });
    await step(host, { id: "s1", label: "List .", state: "done", summary: "2 entries", offset: 11 });
    await host.emit("c1", { type: "progress", turnId: "t1", message: "Asking duck-1" });
  });
  await panel.page.getByText("Asking duck-1").waitFor();
  await panel.host.emit("c1", { type: "text", turnId: "t1", offset: 11, text: "\n\nTwo." });
  await panel.page.getByText("Two.").waitFor();
  assert.equal(await panel.page.getByText("Asking duck-1").count(), 0);
  const order = await panel.page.locator("article.message-duck").innerText();
  assert.match(order, /Let me see\.\s+1 step: List \.\s+Two\./);
});

test("the steps are one tab stop: arrows move between them, Enter opens what was looked at", async () => {
  await using panel = await open(async (host) => {
    for (const [index, name] of ["a.ts", "b.ts", "c.ts"].entries()) {
      await step(host, { id: `s${index}`, label: `Read ${name}:4-9`, state: "done", summary: "6 lines" }, `/w/${name}`);
    }
    await host.finish("c1", "t1", { text: "" });
  });
  const { page, host } = panel;
  await fold(page, "3 steps: a.ts, b.ts, c.ts").press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "Read b.ts:4-9");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.textContent === "Read b.ts:4-9");
  assert.deepEqual(host.actions.at(-1), { kind: "openFile", path: "/w/b.ts", line: 4 });
  await page.keyboard.press("Tab");
  assert.notEqual(await focused(page), "Read c.ts:4-9");
});

test("a step that was under way when the answer ended is stopped", async () => {
  await using panel = await open(async (host) => {
    await step(host, { id: "s1", label: "Read a.ts", state: "running" });
    await host.finish("c1", "t1", { text: "", stopReason: "cancelled" });
  });
  await fold(panel.page, "1 step: Read a.ts").click();
  assert.deepEqual(await rows(panel.page), ["Read a.ts Stopped"]);
});

test("what the tools gave has its own group in the receipt, and counts", async () => {
  await using panel = await open(async (host) => {
    await host.emit("c1", { type: "context", turnId: "t1", receipt: receiptOf([]) });
    const item = { source: "tool" as const, label: "Read a.ts:1-9", tokens: 100, why: "the model asked for it" };
    await host.emit("c1", { type: "step", turnId: "t1", step: { ...STEP, id: "s1", state: "done" }, item });
    await host.finish("c1", "t1", { text: "Nine lines." });
  });
  const { page } = panel;
  await page.getByRole("button", { name: /^Receipt: Looked at 1 · 1,942 of 8,000 tokens$/ }).click();
  await page.getByRole("button", { name: /^Looked at/ }).click();
  await page.getByText("the model asked for it").waitFor();
});

for (const width of [300, 380]) {
  test(`long labels and reasons stay within ${width} pixels`, async () => {
    await using panel = await open(async (host) => {
      const long = "a-very-long-name-that-nobody-would-choose".repeat(4);
      await step(host, {
        id: "s1",
        label: `Read src/${long}.ts`,
        state: "failed",
        summary: `There is no ${long} here`,
      });
      await step(host, { id: "s2", label: `Read src/${long}.ts`, state: "running" });
    }, width);
    await fold(panel.page, /^2 steps/).click();
    const parts = panel.page.locator("html, [role=log], .steps, .step");
    const overflow = await parts.evaluateAll((all) => Math.max(...all.map((one) => one.scrollWidth - one.clientWidth)));
    assert.equal(overflow, 0);
  });
}

const STEP: Step = { id: "", tool: "read_file", label: "Read a.ts:1-9", state: "running", offset: 0 };

async function open(arrange: (host: FakeHost) => Promise<void>, width = 380): Promise<OpenPanel & AsyncDisposable> {
  const saved = { draft: "", conversationId: "c1" };
  const panel = await browser.open({ saved, width }, async (host) => {
    await host.accept("c1", "t1", "Which?");
    await host.start("c1", "t1");
    await arrange(host);
  });
  return { ...panel, [Symbol.asyncDispose]: () => panel.close() };
}

function step(host: FakeHost, fields: Partial<Step>, path = "/w/src/a.ts"): Promise<void> {
  const location = fields.state === "done" && fields.label?.startsWith("Read") && { path, startLine: 4, endLine: 9 };
  return host.emit("c1", { type: "step", turnId: "t1", step: { ...STEP, ...fields, ...(location && { location }) } });
}

function fold(page: OpenPanel["page"], name: string | RegExp) {
  return page.getByRole("region", { name: "Steps" }).getByRole("button", { name, exact: true });
}

async function rows(page: OpenPanel["page"]): Promise<string[]> {
  const texts = await page.getByRole("region", { name: "Steps" }).getByRole("listitem").allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, " ").trim());
}

function focused(page: OpenPanel["page"]): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}
