import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { panelCheck, waitUntil } from "./check.ts";
import type { OpenPanel } from "./page.ts";
import { file, hunk, proposal, propose, STEPS } from "./proposals.ts";

/** Deciding about proposed changes, in a real Chromium. */

const check = panelCheck(controls, { saved: { draft: "", conversationId: "c1" } });
const ONE = file("src/llm/resilience.ts");

function controls({ page, host }: OpenPanel) {
  return {
    change: (name: string) => page.locator("section.hunk").and(page.getByLabel(name, { exact: true })),
    accept: (name: string) => button(page, name, "Accept").click(),
    reject: (name: string) => button(page, name, "Reject").click(),
    decisions: () =>
      host.calls("rubberduck/edit/decide").map(({ hunkIds, decision, reason, approved }) => ({
        hunkIds,
        decision,
        ...(reason !== undefined && { reason }),
        ...(approved !== undefined && { approved }),
      })),
    focused: () => page.evaluate(() => document.activeElement?.closest("section.hunk")?.getAttribute("aria-label")),
    foot: page.locator(".edit-foot"),
  };
}

function button(page: Page, change: string, name: string) {
  return page
    .locator("section.hunk")
    .and(page.getByLabel(change, { exact: true }))
    .getByRole("button", { name });
}

check(
  "a change shows what goes and what comes, and its file how many lines that are",
  async ({ page, change }) => {
    await change("Lines 42 to 44").waitFor();
    const lines = await change("Lines 42 to 44").locator(".diff > div > span").all();
    const shown = await Promise.all(
      lines.map(async (line) => [await line.getAttribute("class"), await line.textContent()]),
    );
    assert.deepEqual(shown.slice(0, 3), [
      [null, "if (!finished) {"],
      ["del", "  return text"],
      ["add", "  throw new DuckError("],
    ]);
    assert.equal(await page.locator(".edit-counts").innerText(), "+9\n−3");
    await page.getByText("resilience.ts", { exact: true }).click();
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "what is accepted hunk by hunk is applied with the last decision, and taken back as one",
  async ({ page, host, accept, reject, foot, decisions }) => {
    await accept("Lines 42 to 44");
    await reject("Lines 71 to 73");
    await page.getByLabel("Lines 71 to 73, rejected").waitFor();
    await accept("Lines 102 to 104");
    await foot.getByText("Applied to 1 file").waitFor();
    assert.deepEqual(
      decisions().map(({ decision }) => decision),
      ["accepted", "rejected", "accepted"],
    );
    await foot.getByRole("button", { name: "Undo" }).click();
    await foot.getByText("Taken back in 1 file").waitFor();
    assert.deepEqual(host.calls("rubberduck/edit/revert"), [{ conversationId: "c1", turnId: "t1", proposalId: "p1" }]);
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "a decision is thought over: undo opens the change again",
  async ({ accept, change, decisions, focused }) => {
    await accept("Lines 42 to 44");
    await change("Lines 42 to 44, accepted").getByRole("button", { name: "Undo" }).click();
    await change("Lines 42 to 44").getByRole("button", { name: "Accept" }).waitFor();
    assert.equal(decisions().at(-1)?.decision, null);
    assert.equal(await focused(), "Lines 42 to 44");
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "why something was rejected is asked for, told, and then shown",
  async ({ page, reject, change, decisions, focused }) => {
    await reject("Lines 71 to 73");
    const field = page.getByLabel("Why reject lines 71 to 73?");
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.type("we never throw here");
    await page.keyboard.press("Enter");
    await change("Lines 71 to 73, rejected").getByText("we never throw here").waitFor();
    const ids = { hunkIds: ["src/llm/resilience.ts 2"], decision: "rejected" };
    assert.deepEqual(decisions(), [ids, { ...ids, reason: "we never throw here" }]);
    assert.equal(await focused(), "Lines 102 to 104");
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "why the last one was rejected is asked for as well, while the others are applied already",
  async ({ page, accept, reject, change, decisions, foot, focused }) => {
    await accept("Lines 42 to 44");
    await accept("Lines 71 to 73");
    await reject("Lines 102 to 104");
    await foot.getByText("Applied to 1 file").waitFor();
    const field = page.getByLabel("Why reject lines 102 to 104?");
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.type("too clever");
    await page.keyboard.press("Enter");
    await change("Lines 102 to 104, rejected").getByText("too clever").waitFor();
    assert.equal(decisions().at(-1)?.reason, "too clever");
    assert.equal(await focused(), "Lines 102 to 104, rejected");
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "with everything rejected nothing is written, and one may think again",
  async ({ page, foot, change, decisions }) => {
    await foot.getByRole("button", { name: "Reject rest" }).click();
    await foot.getByText("Nothing was accepted, and nothing was written").waitFor();
    assert.equal(decisions()[0]?.hunkIds.length, 3);
    await change("Lines 42 to 44, rejected").getByRole("button", { name: "Undo" }).click();
    await page.getByRole("button", { name: "Accept rest" }).waitFor();
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "a decision that failed is as it was, with the reason at the card",
  async ({ page, host, accept, change }) => {
    await accept("Lines 42 to 44");
    await page.getByRole("alert").getByText("The turn was forgotten. Ask again.").waitFor();
    await change("Lines 42 to 44").getByRole("button", { name: "Accept" }).waitFor();
    host.failures.clear();
    await accept("Lines 42 to 44");
    await change("Lines 42 to 44, accepted").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  },
  (host) => {
    host.failures.set("rubberduck/edit/decide", { code: "tooLate", message: "The turn was forgotten. Ask again." });
    return propose(host, proposal(ONE));
  },
);

check(
  "a file that was in the way says why, nothing was written, and its changes are open again",
  async ({ page, foot, change }) => {
    await foot.getByRole("button", { name: "Accept rest" }).click();
    await page.getByText("Left as it was. It changed meanwhile. Ask again.").waitFor();
    await page.locator("p.edit-outcome", { hasText: "Nothing was written: 1 file could not be changed" }).waitFor();
    await change("Lines 42 to 44").first().getByRole("button", { name: "Accept" }).waitFor();
    await page.getByLabel("Line 7, accepted").waitFor();
  },
  (host) => {
    host.reviews.refusals.set("/w/src/llm/resilience.ts", "It changed meanwhile. Ask again.");
    const other = file("src/b.ts", { hunks: [hunk("b", 7, { endLine: 7 })] });
    return propose(host, proposal(ONE, other));
  },
);

check(
  "a guarded file is accepted by itself, and only after its changes were looked at",
  async ({ page, foot, change, decisions }) => {
    const guarded = page.getByRole("group", { name: "package.json" });
    await guarded.getByText("What stands in it is run.").waitFor();
    assert.equal(await guarded.getByRole("button", { name: /^Accept/ }).count(), 0);
    await foot.getByRole("button", { name: "Accept rest" }).click();
    await change("Line 7, accepted").waitFor();
    assert.deepEqual(decisions(), [{ hunkIds: ["b"], decision: "accepted" }]);
    await guarded.getByRole("button", { name: "Show its changes" }).click();
    await guarded.getByRole("button", { name: "Accept this file" }).click();
    await foot.getByText("Applied to 2 files").waitFor();
    assert.deepEqual(decisions().at(-1), { hunkIds: ["g"], decision: "accepted", approved: "/w/package.json" });
  },
  (host) => propose(host, proposal(GUARDED, file("src/b.ts", { hunks: [hunk("b", 7, { endLine: 7 })] }))),
);

check(
  "the editor's diff counts as having looked at a guarded file",
  async ({ page, host }) => {
    const guarded = page.getByRole("group", { name: "package.json" });
    await guarded.getByRole("button", { name: "Open in the diff editor" }).click();
    await guarded.getByRole("button", { name: "Accept this file" }).waitFor();
    await waitUntil(() => host.actions.length > 0);
    const diff = { kind: "showDiff", conversationId: "c1", turnId: "t1", proposalId: "p1", path: "/w/package.json" };
    assert.deepEqual(host.actions, [diff]);
  },
  (host) => propose(host, proposal(GUARDED)),
);

check(
  "Ctrl+Enter does not accept what is guarded",
  async ({ page, decisions, change }) => {
    await change("Line 3").waitFor();
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Control+Backspace");
    await change("Line 3, rejected").waitFor();
    assert.deepEqual(decisions(), [{ hunkIds: ["g"], decision: "rejected" }]);
  },
  (host) => propose(host, proposal(GUARDED)),
);

check(
  "the keyboard goes from change to change, accepts and rejects",
  async ({ page, change, focused, foot, decisions }) => {
    await change("Lines 42 to 44").waitFor();
    await page.getByRole("textbox", { name: "Message" }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal(await focused(), "Lines 42 to 44");
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal(await focused(), "Lines 71 to 73");
    await page.keyboard.press("Control+Enter");
    assert.equal(await focused(), "Lines 102 to 104");
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal(await focused(), "Lines 42 to 44");
    await page.keyboard.press("Control+Backspace");
    assert.equal(await focused(), "Lines 42 to 44, rejected");
    await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.press("Control+Enter");
    await foot.getByText("Applied to 1 file").waitFor();
    assert.equal(await foot.evaluate((element) => element === document.activeElement), true);
    assert.equal(decisions().length, 3);
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "a proposal is one tab stop: arrows move between its files and changes",
  async ({ page, change, focused }) => {
    await change("Lines 42 to 44").waitFor();
    await page.getByRole("button", { name: "resilience.ts" }).focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(), "Lines 42 to 44");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Accept");
    const stops = await page
      .locator('.edits [tabindex="0"]')
      .evaluateAll((all) => all.map(({ className }) => className));
    assert.deepEqual(stops, ["fold num", "diff mono"]);
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "the hints below the box are those of the review, as long as there is one",
  async ({ page, foot }) => {
    const hints = page.locator(".composer-hint");
    await hints.getByText("next change").waitFor();
    await foot.getByRole("button", { name: "Accept rest" }).click();
    await hints.getByText("commands").waitFor();
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "what is decided elsewhere shows here, and is said",
  async ({ page, host, change }) => {
    await change("Lines 42 to 44").waitFor();
    const event = { type: "decided", turnId: "t1", proposalId: "p1", decision: "accepted" } as const;
    await host.emit("c1", { ...event, hunkIds: ["src/llm/resilience.ts 1"] });
    await change("Lines 42 to 44, accepted").waitFor();
    await page.getByText("Lines 42 to 44 accepted. 2 of 3 left").waitFor({ state: "attached" });
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "the steps show where the work stands, also once the answer is done",
  async ({ page, host }) => {
    const list = page.getByRole("list", { name: "Refactor, step 4 of 6" });
    await list.waitFor();
    assert.match(await list.locator('[aria-current="step"]').innerText(), /Under way:\s*Review\s*3 of 3 left/);
    const steps = [
      { id: "review", label: "Review", state: "done" as const },
      { id: "apply", label: "Apply", state: "failed" as const, note: "parse.ts is read-only. Unlock it." },
    ];
    await host.emit("c1", { type: "workflow", turnId: "t1", steps });
    const failed = page.getByRole("listitem").filter({ hasText: "Failed: Apply" });
    await failed.getByText("parse.ts is read-only. Unlock it.").waitFor();
    await page.getByText("Apply, step 5 of 6, failed.").waitFor({ state: "attached" });
  },
  (host) => propose(host, proposal(ONE)),
);

check(
  "work that was cut off before a word was said can be continued",
  async ({ page, host }) => {
    await page.getByText("The work was cut off").waitFor();
    await page.getByRole("button", { name: "Continue" }).click();
    await waitUntil(() => host.calls("rubberduck/conversation/retry").length > 0);
    const [retry] = host.calls("rubberduck/conversation/retry");
    assert.deepEqual([retry?.turnId, retry?.mode], ["t1", "continue"]);
  },
  async (host) => {
    await host.accept("c1", "t1", "/refactor");
    await host.emit("c1", { type: "started", turnId: "t1", kind: "command", command: "refactor" });
    await host.emit("c1", { type: "workflow", turnId: "t1", steps: STEPS.slice(0, 3) });
    await host.finish("c1", "t1", { stopReason: "interrupted" });
  },
);

check(
  "a hundred files with long changes are drawn at once, and each change is reached",
  async ({ page, focused, host }) => {
    await page.getByText("file99.ts").waitFor();
    assert.ok((await page.locator("*").count()) < 4000);
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("Alt+ArrowDown");
    assert.equal(await focused(), "Lines 1 to 9000");
    await page.getByRole("button", { name: "Show 400 of 17,920 more lines" }).first().click();
    await page.getByRole("button", { name: "Show 400 of 17,520 more lines" }).first().waitFor();
    await page.keyboard.press("Alt+ArrowUp");
    await page.keyboard.press("Control+Enter");
    await waitUntil(() => host.calls("rubberduck/edit/decide").length > 0);
  },
  (host) => {
    const long = (word: string) => Array.from({ length: 9000 }, (_, index) => `${word} ${index}`).join("\n");
    const changes = (index: number) => [
      hunk(`${index}`, 1, { endLine: 9000, search: long(`old ${index}`), replace: long("new") }),
    ];
    const files = Array.from({ length: 100 }, (_, index) => file(`src/file${index}.ts`, { hunks: changes(index) }));
    return propose(host, proposal(...files));
  },
);

check(
  "names that turn text around are written out, and code is never read as a page",
  async ({ page }) => {
    await page.getByRole("button", { name: "a[U+202E]txt.exe" }).waitFor();
    await page.getByText("<img src=x onerror=alert(1)>", { exact: true }).waitFor();
    assert.equal(await page.locator(".diff img").count(), 0);
  },
  (host) => {
    const hunks = [hunk("h", 1, { search: "", endLine: 0, replace: "<img src=x onerror=alert(1)>\n" })];
    return propose(host, proposal(file("a\u202etxt.exe", { change: "create", language: "html", hunks })));
  },
);

for (const width of [300, 380, 700]) {
  check(
    `long names, sentences and lines stay within ${width} pixels`,
    async ({ page, change }) => {
      await change("Lines 42 to 44").first().waitFor();
      const parts = page.locator("html, [role=log], .review, .edit, .edit-head, .hunk-head, .edit-note, .edit-foot");
      const overflow = await parts.evaluateAll((all) =>
        all.flatMap((one) => (one.scrollWidth > one.clientWidth ? [one.className] : [])),
      );
      assert.deepEqual(overflow, []);
    },
    (host) => {
      const long = "a-very-long-name-that-nobody-would-choose".repeat(5);
      const hunks = [hunk("h", 42, { covered: true, replace: long })];
      return propose(host, proposal(file(`${long}/${long}.ts`, { hunks, guarded: long }), ONE));
    },
    { width, saved: { draft: "", conversationId: "c1" } },
  );
}

const GUARDED = file("package.json", {
  language: "json",
  guarded: "What stands in it is run.",
  hunks: [hunk("g", 3, { endLine: 3, search: '"test": "a"', replace: '"test": "b"' })],
});
