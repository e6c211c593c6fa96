import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FakeHost } from "./fakeHost.ts";
import { type OpenPanel, PanelBrowser } from "./page.ts";

let browser: PanelBrowser;

before(async () => {
  browser = await PanelBrowser.launch();
});

after(() => browser.close());

const TURNS = 1500;
const CODE = "```ts\nexport function greet(name: string) {\n  return name;\n}\n```";

/** Message 700 names something that stands nowhere else; every hundredth answer holds a word twice. */
function long(host: FakeHost): void {
  host.long(
    "c1",
    Array.from({ length: TURNS }, (_, index) => ({
      content: index === 699 ? "Where is the Needle?" : `Message ${index + 1}`,
      text: `Answer ${index + 1}. ${"It floats. ".repeat(index % 40)}${index % 100 === 50 ? "A *heron* and a HERON." : ""}\n\n${index % 3 === 0 ? CODE : ""}`,
    })),
  );
}

function check(sentence: string, steps: (panel: OpenPanel & Controls) => Promise<void>): void {
  test(sentence, async () => {
    const panel = await browser.open({ saved: { draft: "", conversationId: "c1" } }, long);
    try {
      const log = panel.page.getByRole("log");
      await log.getByText(`Message ${TURNS}`, { exact: true }).waitFor();
      await steps({ ...panel, ...controls(panel) });
    } finally {
      await panel.close();
    }
  });
}

type Controls = ReturnType<typeof controls>;

function controls({ page }: OpenPanel) {
  const log = page.getByRole("log");
  return {
    log,
    message: (words: string) => log.getByText(words, { exact: true }),
    scroll: () => log.evaluate(({ scrollTop }) => scrollTop),
    distance: () => log.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop),
    /** Where an element stands in what is in view. */
    place: (words: string) =>
      log.getByText(words, { exact: true }).evaluate((element) => Math.round(element.getBoundingClientRect().top)),
    find: page.getByRole("textbox", { name: "Find in the conversation" }),
    frames: (count: number) => page.evaluate(frames, count),
  };
}

/** Runs in the page. */
async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame);
}

describe("a long conversation", () => {
  check("opens at its end, and only what is in view is in the page", async ({ page, log, distance, frames }) => {
    await log.and(page.locator('[aria-busy="false"]')).waitFor();
    await frames(4);
    assert.ok((await distance()) <= 4);
    await page.getByLabel("Message", { exact: true }).fill("one\ntwo\nthree\nfour");
    await frames(4);
    assert.ok((await distance()) <= 4, "also when the box takes more room");
    assert.ok((await page.locator("article").count()) < 40);
    assert.ok((await page.locator("*").count()) < 1500);
    const last = page.getByRole("article").last();
    assert.equal(await last.getAttribute("aria-posinset"), String(2 * TURNS));
    assert.equal(await last.getAttribute("aria-setsize"), String(2 * TURNS));
  });

  check(
    "Home and End go to the first and the last message, and the focus stays",
    async ({ page, log, message, distance }) => {
      await log.focus();
      await page.keyboard.press("Home");
      await message("Message 1").waitFor();
      await page.waitForFunction(() => document.querySelector("[role=log]")?.scrollTop === 0);
      assert.equal(await page.getByRole("article").first().getAttribute("aria-posinset"), "1");
      await page.keyboard.press("PageDown");
      await page.waitForFunction(() => (document.querySelector("[role=log]")?.scrollTop ?? 0) > 300);
      await page.keyboard.press("End");
      await message(`Message ${TURNS}`).waitFor();
      await page.getByRole("button", { name: "Jump to latest" }).waitFor({ state: "detached" });
      assert.ok((await distance()) <= 4);
      assert.equal(await log.evaluate((element) => element === document.activeElement), true);
    },
  );

  check("what is read does not move while rows above get their true height", async ({ page, log, place, frames }) => {
    await log.hover();
    for (let turn = 0; turn < 6; turn++) {
      await page.mouse.wheel(0, -700);
      await frames(3);
    }
    await page.waitForTimeout(300);
    const [first = ""] = await log
      .locator(".bubble")
      .evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().top > 60).map((one) => one.textContent ?? ""),
      );
    const before = await place(first);
    await log
      .locator(".turn")
      .first()
      .evaluate((row) => {
        const tall = document.createElement("div");
        tall.style.height = "500px";
        row.append(tall);
      });
    await frames(4);
    assert.ok(Math.abs((await place(first)) - before) <= 2);
  });

  check("a row with the focus stays when it is scrolled out of view", async ({ page, log, frames }) => {
    const copy = page.getByRole("button", { name: "Copy answer" }).last();
    await copy.focus();
    await log.evaluate((element) => element.scrollTo(0, 0));
    await frames(6);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Copy answer");
    assert.ok((await page.locator("article").count()) < 40);
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.isConnected), true);
  });

  check("a new message is shown wherever one had scrolled to", async ({ page, host, log, message, distance }) => {
    await log.evaluate((element) => element.scrollTo(0, 0));
    await message("Message 1").waitFor();
    await page.getByLabel("Message", { exact: true }).fill("One more");
    await page.keyboard.press("Enter");
    await message("One more").waitFor();
    await host.start("c1", "t1");
    await page.getByRole("button", { name: "Jump to latest" }).waitFor({ state: "detached" });
    assert.ok((await distance()) <= 4);
  });

  check(
    "Ctrl+F finds in all of it, from the end; Enter and Shift+Enter go on, Esc goes back to the box",
    async ({ page, log, message, find }) => {
      await log.focus();
      await page.keyboard.press("Control+f");
      const search = page.getByRole("search");
      await find.fill("needle");
      await search.getByText("1 of 1").waitFor();
      await message("Where is the Needle?").waitFor();
      await page.waitForFunction(() => Array.from(CSS.highlights.get("found") ?? []).join("") === "Needle");

      await find.fill("heron");
      await search.getByText("30 of 30").waitFor();
      await page.getByText("Answer 1451.").waitFor();
      await page.waitForFunction(() => Array.from(CSS.highlights.get("found-current") ?? []).join("") === "HERON");
      await find.press("Shift+Enter");
      await search.getByText("29 of 30").waitFor();
      await page.waitForFunction(() => Array.from(CSS.highlights.get("found-current") ?? []).join("") === "heron");
      await find.press("Enter");
      await find.press("Enter");
      await search.getByText("1 of 30").waitFor();
      await page.getByText("Answer 51.").waitFor();

      await find.fill("albatross");
      await search.getByText("No results").waitFor();
      assert.equal(await page.getByRole("button", { name: "Next match" }).isDisabled(), true);
      await find.press("Escape");
      await find.waitFor({ state: "detached" });
      await page.waitForFunction(() => Array.from(CSS.highlights.get("found") ?? []).length === 0);
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Message");
    },
  );
});

check(
  "while the list flies by, messages keep their place, and are drawn where it comes to rest",
  async ({ page, log, message }) => {
    const drawn = await log.evaluate(async (element) => {
      const counts: number[] = [];
      for (let step = 0; step < 40; step++) {
        element.scrollTop -= element.clientHeight * 3;
        await new Promise(requestAnimationFrame);
        counts.push(element.querySelectorAll("article").length);
      }
      return counts;
    });
    assert.ok(
      drawn.slice(5).every((count) => count <= 2),
      `drawn while it flies: ${drawn}`,
    );
    await page.waitForFunction(() => {
      const scroller = document.querySelector("[role=log]");
      const box = scroller?.getBoundingClientRect();
      const shown = Array.from(scroller?.querySelectorAll("article") ?? []).filter((article) => {
        const { top, bottom } = article.getBoundingClientRect();
        return box !== undefined && bottom > box.top && top < box.bottom;
      });
      return shown.length > 0;
    });
    assert.equal(await message(`Message ${TURNS}`).count(), 0);
  },
);
