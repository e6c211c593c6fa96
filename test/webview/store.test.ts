import assert from "node:assert/strict";
import { describe } from "node:test";
import type { StoreStatus } from "../../server/protocol/store.ts";
import { panelCheck, waitUntil } from "./check.ts";
import type { FakeHost } from "./fakeHost.ts";
import type { OpenOptions, OpenPanel } from "./page.ts";

const LOCKED: StoreStatus = {
  state: "locked",
  path: "/home/ada/.local/share/rubberduck",
  message: "The store in /home/ada/.local/share/rubberduck is encrypted and its key is not here.",
  remedies: ["recoveryCode", "newStore"],
  warnings: [],
  isNew: false,
};
const OPEN: StoreStatus = { state: "open", path: LOCKED.path, remedies: [], warnings: [], isNew: false };

const check = panelCheck(controls);
function controls({ page }: OpenPanel) {
  return {
    notice: (title: string) => page.locator(".notice").filter({ hasText: title }),
    button: (name: string) => page.getByRole("button", { name, exact: true }),
    box: page.getByLabel("Message", { exact: true }),
    until: waitUntil,
  };
}

const withStore =
  (store: StoreStatus, then: (host: FakeHost) => unknown = () => {}) =>
  (host: FakeHost) => {
    host.state = { ...host.state, store };
    return then(host);
  };

describe("a store that is not open", () => {
  check(
    "locked: a status says so and what it means, and each button asks the host for its remedy",
    async ({ page, host, notice, button, until }) => {
      const status = page.getByRole("status").filter({ hasText: "Your conversations are locked" });
      await status.getByText("new ones are kept in memory only").waitFor();
      for (const name of ["Enter recovery code", "Start a new store…", "Show details"]) await button(name).click();
      await until(() => host.actions.length === 3);
      assert.deepEqual(
        host.actions.map(({ kind }) => kind),
        ["enterRecoveryCode", "startNewStore", "showStoreDetails"],
      );
      await host.setState({ store: OPEN });
      await notice("locked").waitFor({ state: "detached" });
    },
    withStore(LOCKED),
  );

  check(
    "locked: messages are sent all the same",
    async ({ page, host, box, until }) => {
      await box.fill("Where is it?");
      await box.press("Enter");
      await until(() => host.calls("rubberduck/conversation/send").length === 1);
      await page.getByRole("article", { name: /^You/ }).getByText("Where is it?").waitFor();
      await page.getByRole("status").getByText("Your conversations are locked").waitFor();
    },
    withStore(LOCKED),
  );

  check(
    "the buttons come between bar and box for the keyboard, and take Enter",
    async ({ page, host, button, box, until }) => {
      await box.waitFor();
      await page.getByRole("button", { name: /Switch conversation$/ }).focus();
      await page.keyboard.press("Tab");
      assert.ok(await button("Enter recovery code").evaluate((element) => element === document.activeElement));
      await page.keyboard.press("Enter");
      await until(() => host.actions[0]?.kind === "enterRecoveryCode");
    },
    withStore(LOCKED),
  );

  check(
    "locked over a conversation that cannot be read: said once, and followed again when it is unlocked",
    async ({ page, host, notice, until }) => {
      await until(() => host.subscriptions.length > 0);
      await host.endSubscription({ code: "storeLocked", message: LOCKED.message ?? "" });
      await notice("Your conversations are locked").waitFor();
      assert.equal(await page.locator(".notice").count(), 1);
      const before = host.subscriptions.length;
      await host.setState({ store: OPEN });
      await until(() => host.subscriptions.length > before);
    },
    withStore(LOCKED, (host) => host.has("c1")),
    { saved: { draft: "", conversationId: "c1" } },
  );

  check(
    "it stands over the list of conversations, too",
    async ({ page, notice }) => {
      await page.getByRole("button", { name: /Switch conversation$/ }).click();
      await page.getByRole("main", { name: "Conversations" }).waitFor();
      await notice("Your conversations are locked").waitFor();
    },
    withStore(LOCKED),
  );

  check(
    "without a keyring no code is asked for",
    async ({ notice, button }) => {
      await notice("The file that holds their key is missing or damaged").waitFor();
      assert.equal(await button("Enter recovery code").count(), 0);
      await button("Start a new store…").waitFor();
    },
    withStore({ ...LOCKED, remedies: ["newStore"] }),
  );

  check(
    "read only: a status; unavailable: an alert",
    async ({ page, host }) => {
      await page.getByRole("status").getByText("Your conversations can only be read").waitFor();
      await host.setState({ store: { ...LOCKED, state: "unavailable", remedies: [] } });
      await page.getByRole("alert").getByText("Conversations cannot be kept").waitFor();
    },
    withStore({ ...LOCKED, state: "readOnly", remedies: [] }),
  );

  check("an open store is not talked about", async ({ page, host, box }) => {
    await host.setState({ store: OPEN });
    await box.waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
  });
});

describe("at the edges", () => {
  for (const theme of ["dark", "light", "contrast"] as const) {
    const narrow: OpenOptions = { theme, width: 300, height: 620 };
    check(
      `${theme}: at 300 pixels nothing is wider than the panel, and the box is still in view`,
      async ({ page, notice, box }) => {
        await notice("Your conversations are locked").waitFor();
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/store-${theme}.png` });
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 300);
        const within = await notice("Your conversations are locked").evaluate((element) => {
          const { left, right } = element.getBoundingClientRect();
          return [...element.querySelectorAll("*")].every((inner) => {
            const box = inner.getBoundingClientRect();
            return box.left >= left && box.right <= right;
          });
        });
        assert.ok(within);
        const place = await box.boundingBox();
        assert.ok(place !== null && place.y + place.height <= 620);
      },
      withStore(LOCKED),
      narrow,
    );
  }
});
