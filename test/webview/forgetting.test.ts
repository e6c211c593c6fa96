import assert from "node:assert/strict";
import { describe } from "node:test";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenOptions, OpenPanel } from "./page.ts";

const c1: OpenOptions = { saved: { draft: "", conversationId: "c1" } };

const check = panelCheck(controls, c1);
function controls({ page }: OpenPanel) {
  return {
    message: (text: string) => page.getByRole("article", { name: /^You/ }).filter({ hasText: text }),
    line: page.getByRole("article", { name: /^Forgotten message/ }),
    button: (name: string) => page.getByRole("button", { name, exact: true }),
    spoken: (words: string) => page.getByRole("status").filter({ hasText: words }),
    focused: () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.ariaLabel),
    until: waitUntil,
  };
}

async function talk(host: FakeHost): Promise<void> {
  await host.turn("c1", "t1", "Why does it float?", { text: "Because it is lighter." });
  await host.turn("c1", "t2", "My key is hunter2", { text: "You should not have told me hunter2." });
  await host.turn("c1", "t3", "And why does it swim?", { text: "It has feet." });
}

describe("forgetting a message", () => {
  check(
    "a click takes message and answer out of view, one quiet line stays, and Undo has the focus",
    async ({ page, host, message, line, button, spoken, focused }) => {
      await message("hunter2").hover();
      await message("hunter2").getByRole("button", { name: "Forget message and answer" }).click();
      await line.getByText("Forgotten.").waitFor();
      assert.equal(await page.getByText("hunter2").count(), 0);
      assert.equal(await page.getByText("It has feet.").count(), 1);
      assert.equal(await focused(), "Undo");
      await spoken("can be brought back for ten minutes").waitFor({ state: "attached" });
      assert.deepEqual(host.calls("rubberduck/conversation/forget"), [
        { conversationId: "c1", turnId: "t2", when: "later" },
      ]);
      await button("Undo").click();
      await page.getByText("You should not have told me hunter2.").waitFor();
      assert.equal(await line.count(), 0);
      assert.match((await focused()) ?? "", /My key is hunter2/);
    },
    talk,
  );

  check(
    "with the keyboard alone: Del forgets, Tab leads to Forget now, and the keyboard stays at the line",
    async ({ page, host, message, line, until }) => {
      await message("hunter2").focus();
      await page.keyboard.press("Delete");
      await line.getByText("Forgotten.").waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await until(() => host.calls("rubberduck/conversation/forget").length === 2);
      await line.getByText("A message was forgotten").waitFor();
      assert.equal(await line.getByRole("button").count(), 0);
      assert.equal(await line.evaluate((element) => element === document.activeElement), true);
    },
    talk,
  );

  check(
    "Delete in the box deletes a letter and forgets nothing; nor on a message that waits",
    async ({ page, host, message }) => {
      await page.getByLabel("Message", { exact: true }).fill("abc");
      await page.keyboard.press("Home");
      await page.keyboard.press("Delete");
      await host.accept("c1", "t4", "running");
      await host.start("c1", "t4");
      await host.accept("c1", "t5", "waits");
      await message("waits").focus();
      await page.keyboard.press("Delete");
      assert.equal(await message("waits").getByRole("button", { name: "Forget message and answer" }).count(), 0);
      assert.equal(host.calls("rubberduck/conversation/forget").length, 0);
    },
    talk,
  );

  check(
    "what is being edited is given up when it is forgotten",
    async ({ page, message, line }) => {
      await message("hunter2").hover();
      await message("hunter2").getByRole("button", { name: "Edit and ask again" }).click();
      const box = page.getByLabel("Message", { exact: true });
      assert.equal(await box.inputValue(), "My key is hunter2");
      await message("hunter2").focus();
      await page.keyboard.press("Delete");
      await line.waitFor();
      assert.equal(await box.inputValue(), "");
    },
    talk,
  );

  check(
    "a failure shows why, and the message is still there",
    async ({ page, host, message }) => {
      host.failures.set("rubberduck/conversation/forget", { code: "storeFailed", message: "ENOSPC (/store)" });
      await message("hunter2").focus();
      await page.keyboard.press("Delete");
      await page.getByRole("alert").getByText("ENOSPC (/store)").waitFor();
      assert.equal(await message("hunter2").count(), 1);
    },
    talk,
  );

  check(
    "forgotten elsewhere, or before this panel was opened, it is the same line; for good it says so",
    async ({ page, host, line }) => {
      await host.emit("c1", { type: "forgotten", turnIds: ["t1"], stage: "final" });
      await page.getByText("Removing it from every file…").waitFor();
      await host.emit("c1", { type: "forgotten", turnIds: ["t1"], stage: "erased" });
      await line.getByText("A message was forgotten").waitFor();
      assert.equal(await page.getByText("Because it is lighter.").count(), 0);
    },
    talk,
  );
});

describe("a conversation of which something cannot be read", () => {
  const withGaps = async (host: FakeHost) => {
    await host.emit("c1", { type: "damaged", unreadable: 2, records: 913 });
    await talk(host);
  };
  check(
    "opens with what can be read, and a status on top says what cannot, until it is closed",
    async ({ page, button }) => {
      const notice = page.getByRole("status").filter({ hasText: "This conversation has gaps" });
      await notice.getByText("2 of 913 records of this conversation cannot be read.").waitFor();
      await page.getByText("It has feet.").waitFor();
      const above = await notice.boundingBox();
      const log = await page.getByRole("log").boundingBox();
      assert.ok(above !== null && log !== null && above.y + above.height <= log.y);
      await button("Close").click();
      await notice.waitFor({ state: "detached" });
    },
    withGaps,
  );

  check(
    "another conversation, which is whole, does not say so",
    async ({ page, host, button }) => {
      await page.getByText("This conversation has gaps").waitFor();
      await host.post({ type: "command", name: "newConversation" });
      await page.getByText("This conversation has gaps").waitFor({ state: "detached" });
      assert.equal(await button("Close").count(), 0);
    },
    withGaps,
  );
});

describe("at the edges", () => {
  for (const theme of ["dark", "light", "contrast"] as const) {
    check(
      `${theme}: at 300 pixels line and notice are as wide as the panel at most`,
      async ({ page, host, message, line }) => {
        await host.emit("c1", { type: "damaged", unreadable: 2, records: 913 });
        await host.emit("c1", { type: "forgotten", turnIds: ["t1"], stage: "erased" });
        await message("hunter2").focus();
        await page.keyboard.press("Delete");
        await line.filter({ hasText: "Forgotten." }).waitFor();
        await message("swim").hover();
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/forget-${theme}.png` });
        for (const element of [line.first(), line.last(), page.locator(".notice")]) {
          const box = await element.boundingBox();
          assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 300);
        }
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 300);
      },
      talk,
      { ...c1, theme, width: 300, height: 620 },
    );
  }
});
