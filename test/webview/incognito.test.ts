import assert from "node:assert/strict";
import { describe } from "node:test";
import { panelCheck, waitUntil } from "./check.ts";
import { type FakeHost, receiptOf } from "./fakeHost.ts";
import type { OpenPanel } from "./page.ts";

const check = panelCheck(controls);

function controls({ page, host }: OpenPanel) {
  const box = page.getByLabel("Message", { exact: true });
  return {
    box,
    begin: async () => {
      await box.waitFor();
      await host.post({ type: "command", name: "newIncognitoConversation" });
      await page.getByRole("note").getByText("Nothing here is written or remembered. Closing it erases it.").waitFor();
    },
    say: async (text: string) => {
      await box.fill(text);
      await box.press("Enter");
      await page.getByRole("article", { name: /^You/ }).filter({ hasText: text }).waitFor();
    },
    button: (name: string | RegExp) => page.getByRole("button", { name, exact: true }),
    until: waitUntil,
  };
}

async function answer(host: FakeHost): Promise<void> {
  const code = { source: "code", label: "tokens.ts:12", tokens: 40, why: "same words" } as const;
  await host.emit("c1", { type: "context", turnId: "t1", receipt: receiptOf([code]) });
  await host.finish("c1", "t1", { text: "It looks like one." });
}

describe("an incognito conversation", () => {
  check(
    "says in banner, title, box and receipt that nothing is written; its first message says so to the server",
    async ({ page, host, box, begin, say, button, until }) => {
      await begin();
      assert.equal(await box.getAttribute("placeholder"), "Ask, nothing is written");
      await page.getByText("Reads your memory, writes nothing").waitFor();
      await button("Conversation: Incognito. Switch conversation").waitFor();
      await say("Is this token a JWT?");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      assert.deepEqual(host.calls("rubberduck/conversation/send")[0]?.options, { incognito: true });
      await answer(host);
      await page.getByRole("button", { name: "Receipt: Code 1 · nothing written" }).waitFor();
      assert.equal(await page.locator(".composer-box").evaluate((one) => getComputedStyle(one).borderStyle), "dashed");
    },
  );

  check("its draft is kept nowhere and not taken into another conversation", async ({ page, host, box, begin }) => {
    await begin();
    await box.fill("my secret plan");
    await page.reload();
    await box.waitFor();
    assert.equal(await box.inputValue(), "");
    await page.getByRole("note").waitFor();
    await box.fill("my other plan");
    await host.post({ type: "command", name: "newConversation" });
    await page.getByRole("note").waitFor({ state: "detached" });
    assert.equal(await box.inputValue(), "");
  });

  check("shown again while the server has it, it goes on", async ({ page, host, begin, say }) => {
    await begin();
    await say("Is this token a JWT?");
    await answer(host);
    await page.reload();
    await page.getByText("It looks like one.").waitFor();
    await page.getByRole("note").waitFor();
  });

  check(
    "after the window was closed it is gone, and the panel says so",
    async ({ page, host, box, begin, say, button }) => {
      await begin();
      await say("Is this token a JWT?");
      await answer(host);
      host.has("c1");
      await page.reload();
      await page.getByText("The incognito conversation is gone").waitFor();
      await page.getByText("Nothing of it was written").waitFor();
      assert.equal(await page.getByRole("note").count(), 0);
      await button("Close").click();
      await box.fill("kept again");
      await page.reload();
      assert.equal(await box.inputValue(), "kept again");
    },
  );

  check("it is gone as well when the server says so", async ({ page, host, begin, say }) => {
    await begin();
    await say("Is this token a JWT?");
    await host.endSubscription({ code: "notFound", message: "There is no such conversation." });
    await page.getByText("The incognito conversation is gone").waitFor();
    assert.equal(await page.getByText("JWT").count(), 0);
  });

  check("closing it erases it", async ({ page, host, begin, say, button, until }) => {
    await begin();
    await say("Is this token a JWT?");
    await answer(host);
    await button("Close").click();
    await until(() => host.calls("rubberduck/conversation/delete").length === 1);
    await page.getByRole("note").waitFor({ state: "detached" });
    assert.equal(await page.getByText("It looks like one.").count(), 0);
    assert.equal(await page.getByText("The incognito conversation is gone").count(), 0);
  });

  check(
    "in the list it has no title, and once deleted it cannot be brought back",
    async ({ page, host }) => {
      await host.post({ type: "command", name: "showConversations" });
      await page.getByRole("button", { name: "Incognito", exact: true }).press("Delete");
      await page.getByText("Erased the incognito conversation").waitFor();
      assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
      assert.equal(await page.getByText("My token").count(), 0);
    },
    (host) => {
      const updatedAt = "2026-03-12T14:02:00.000Z";
      host.conversations = [
        {
          conversationId: "c7",
          title: "My token",
          messages: 2,
          updatedAt,
          answering: false,
          pinned: false,
          incognito: true,
        },
      ];
    },
  );
});

describe("at the edges", () => {
  for (const theme of ["dark", "light", "contrast"] as const) {
    check(
      `${theme}: banner and box at 300 pixels`,
      async ({ page, begin, say }) => {
        await begin();
        await say("Is this token a JWT?");
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/incognito-${theme}.png` });
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 300);
      },
      undefined,
      { theme, width: 300 },
    );
  }
});
