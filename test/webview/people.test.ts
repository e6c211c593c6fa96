import assert from "node:assert/strict";
import { describe } from "node:test";
import type { ClientType, Participant } from "../../server/protocol/presence.ts";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenOptions, OpenPanel } from "./page.ts";

const check = panelCheck(controls);
const c1: OpenOptions = { saved: { draft: "", conversationId: "c1" } };

function controls({ page, host }: OpenPanel) {
  /** The panel itself, then others. */
  const seen = async (...others: Participant[]) => {
    const own = host.subscriptions.at(-1)?.participant ?? "";
    await host.emit("c1", { type: "presence", participants: [participant(own, "panel"), ...others] });
  };
  return {
    seen,
    box: page.getByLabel("Message", { exact: true }),
    button: (name: string | RegExp) => page.getByRole("button", { name }),
    card: page.getByRole("dialog", { name: "Who is here" }),
    told: () => host.calls("rubberduck/conversation/present").map(({ typing }) => typing),
    until: waitUntil,
  };
}

function participant(id: string, client: ClientType, fields: Partial<Participant> = {}): Participant {
  return { id, client, name: "ana", onlineAt: "2026-03-12T13:40:00.000Z", ...fields };
}

const terminal = participant("t", "terminal");
const browser = participant("b", "browser", { onlineAt: "2026-03-12T14:02:00.000Z" });
const answered = (host: FakeHost) => host.turn("c1", "t1", "Where is it?", { text: "Here." });

describe("who else is in the conversation", () => {
  check(
    "is shown in the bar while there is anybody, and told in a list that Esc closes",
    async ({ page, seen, button, card }) => {
      await page.getByText("Here.").waitFor();
      assert.equal(await button(/here:/).count(), 0);
      await seen(terminal, browser);
      await button("2 others are here: terminal, browser").click();
      const lines = await card.getByRole("listitem").allInnerTexts();
      assert.deepEqual(
        lines.map((line) => line.split("\n")[0]),
        ["This window", "Terminal", "Browser"],
      );
      await page.keyboard.press("Escape");
      await card.waitFor({ state: "detached" });
      assert.match((await page.evaluate("document.activeElement.ariaLabel")) as string, /2 others are here/);
      await seen(terminal);
      await button("1 other is here: terminal").waitFor();
      await seen();
      await button(/here:/).waitFor({ state: "detached" });
    },
    answered,
    c1,
  );

  check(
    "is said to a screen reader when somebody joins or leaves, not to whoever has just opened it",
    async ({ page, seen }) => {
      await page.getByText("Here.").waitFor();
      await seen(terminal);
      await seen(terminal, browser);
      await page.getByRole("status").getByText("Browser joined").waitFor();
      assert.equal(await page.getByText("Terminal joined").count(), 0);
      await seen(browser);
      await page.getByRole("status").getByText("Terminal left").waitFor();
    },
    answered,
    c1,
  );

  check(
    "is called by name when it is another person, and by what it is when it is another window or says so",
    async ({ page, seen, button, card }) => {
      await page.getByText("Here.").waitFor();
      const other = participant("w", "panel", { file: "src/a.ts" });
      await seen(other, participant("n", "websocket", { app: "Neovim" }), participant("v", "browser", { name: "Bo" }));
      await button(/3 others/).click();
      for (const name of ["Another window", "Neovim", "Bo (Browser)", "src/a.ts"]) await card.getByText(name).waitFor();
    },
    answered,
    c1,
  );

  check(
    "is forgotten when the conversation cannot be followed any more",
    async ({ page, host, seen, button }) => {
      await page.getByText("Here.").waitFor();
      await seen(terminal);
      await button(/1 other/).waitFor();
      await host.endSubscription({ code: "storeBusy", message: "Busy." });
      await button(/1 other/).waitFor({ state: "detached" });
    },
    answered,
    c1,
  );
});

describe("typing", () => {
  check(
    "of others is shown above the box; more than one are counted",
    async ({ page, seen }) => {
      await page.getByText("Here.").waitFor();
      await seen({ ...terminal, typing: true }, browser);
      await page.getByRole("status").getByText("Terminal is typing").waitFor();
      await seen({ ...terminal, typing: true }, { ...browser, typing: true });
      await page.getByText("2 others are typing").waitFor();
      await seen(terminal, browser);
      await page.getByText(/typing/).waitFor({ state: "detached" });
    },
    answered,
    c1,
  );

  check(
    "is told to others once, and that it has ended when the message is sent; to nobody while nobody is there",
    async ({ page, seen, box, told, until }) => {
      await page.getByText("Here.").waitFor();
      await box.pressSequentially("And");
      await seen(terminal);
      await page.getByRole("button", { name: /1 other/ }).waitFor();
      assert.deepEqual(told(), []);
      await box.pressSequentially(" who wrote it?");
      await until(() => told().length === 1);
      await box.press("Enter");
      await until(() => told().length === 2);
      assert.deepEqual(told(), [true, false]);
    },
    answered,
    c1,
  );
});

check(
  "a message that came from elsewhere says from where, to the eye and to a screen reader",
  async ({ page }) => {
    const message = page.getByRole("article", { name: /^You, in Terminal, / });
    await message.getByText(/^Terminal · /).waitFor();
    await page.getByRole("article", { name: /^You, \d/ }).waitFor();
    assert.equal(await page.locator(".from").count(), 1);
  },
  async (host) => {
    await answered(host);
    await host.accept("c1", "t2", "And where is that?", { client: "terminal" });
  },
  c1,
);

for (const theme of ["dark", "light", "contrast"] as const) {
  check(
    `who is here fits into 300 pixels in ${theme}`,
    async ({ page, seen, button, card }) => {
      await page.getByText("Here.").waitFor();
      await seen(
        { ...terminal, typing: true },
        participant("n", "websocket", { app: "x".repeat(40), file: `src/${"y".repeat(60)}.ts` }),
      );
      await button(/2 others/).click();
      await card.waitFor();
      const widest = await page.evaluate("document.documentElement.scrollWidth");
      assert.equal(widest, 300);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/people-${theme}.png` });
    },
    async (host) => {
      await answered(host);
      await host.accept("c1", "t2", "And where is that?", { client: "terminal" });
      await host.start("c1", "t2");
    },
    { ...c1, theme, width: 300 },
  );
}
