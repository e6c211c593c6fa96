import assert from "node:assert/strict";
import { describe } from "node:test";
import type { ContextItem } from "../../server/protocol/events.ts";
import { panelCheck, waitUntil } from "./check.ts";
import { type FakeHost, receiptOf } from "./fakeHost.ts";
import { memoryOf } from "./fakeMemory.ts";
import type { OpenOptions, OpenPanel } from "./page.ts";

const c1: OpenOptions = { saved: { draft: "", conversationId: "c1" } };
const check = panelCheck(controls, c1);

function controls({ page }: OpenPanel) {
  const receipt = page.getByRole("region", { name: "Receipt" });
  return {
    receipt,
    row: (text: string) => receipt.getByRole("listitem").filter({ hasText: text }),
    open: () => page.getByRole("button", { name: /^Receipt:/ }).click(),
    button: (name: string | RegExp) => page.getByRole("button", { name, exact: true }),
    spoken: (words: string) => page.getByRole("status").filter({ hasText: words }),
    focused: () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.ariaLabel),
    until: waitUntil,
  };
}

const RETRY = "Never retry once the first token has arrived.";
const BACK_OFF = "Back off with full jitter from 400 ms, at most 5 tries.";
const CLOCK = "Tests use a fake clock and never sleep.";

/** An answer that rests on three memories and something that was said. */
async function answered(host: FakeHost): Promise<void> {
  host.turnsBefore = 1;
  host.memory.memories = [
    memoryOf("m1", RETRY, { pinned: true }),
    memoryOf("m2", BACK_OFF, { kind: "convention" }),
    memoryOf("m3", CLOCK, { kind: "preference", status: "stale", because: "clock.ts was moved" }),
    memoryOf("m4", "Model requests are limited to 100 an hour."),
    memoryOf("m5", "Ducks float."),
  ];
  const at = "2026-03-10T10:00:00.000Z";
  host.memory.episodes = [
    { id: "c0:t2:user", conversationId: "c0", turnId: "t2", role: "user", text: "Streams are cut off at night.", at },
  ];
  await host.accept("c1", "t1", "Why do we retry only before the first token?");
  await host.emit("c1", { type: "context", turnId: "t1", receipt: receiptOf(INCLUDED, LEFT_OUT) });
  await host.finish("c1", "t1", { text: "Because the text would be sent twice." });
}

function recalled(id: string, score: number, fields: Partial<ContextItem> = {}): ContextItem {
  const signals = { words: 0.62 * score, meaning: 0.21 * score, nearby: 0.08 };
  const memory = { id, kind: "decision" } as const;
  return { source: "memory", label: "", tokens: 46, why: "same topic", score, signals, memory, ...fields };
}

const CODE: ContextItem = {
  source: "code",
  label: "resilience.ts:30-74",
  tokens: 412,
  why: "mentioned by you",
  score: 0.97,
  location: { path: "/ws/src/resilience.ts", startLine: 30, endLine: 74 },
};
const INCLUDED = [
  recalled("m1", 0.91, { why: "same topic, file attached" }),
  recalled("m2", 0.58),
  recalled("m3", 0.37, { why: "" }),
  recalled("c0:t2:user", 0.2, { memory: { id: "c0:t2:user", kind: "episode" }, why: "near in time" }),
  CODE,
  { source: "history", label: "6 earlier messages", tokens: 430, why: "said before" },
  { source: "rule", label: "AGENTS.md", tokens: 58, why: "a rule of this workspace" },
  { source: "pattern", label: "asks for tests", tokens: 12, why: "often" },
] as const satisfies readonly ContextItem[];
const LEFT_OUT = [recalled("m4", 0.18, { why: "weak match, 0.18" }), recalled("m5", 0.9, { why: "muted by you" })];

describe("the receipt of an answer that remembers", () => {
  check(
    "one line counts; texts are asked for when it is opened, and stand with what they are and why",
    async ({ page, host, receipt, row, open }) => {
      await page.getByRole("button", { name: /Remembered 4 · Code 1 · Messages 1 · 1,842/ }).waitFor();
      assert.equal(host.calls("rubberduck/memory/get").length, 0);
      await open();
      await row(RETRY).getByText("Decision · you, Mar 12 · same topic, file attached").waitFor();
      await row(CLOCK).getByText("stale: clock.ts was moved").waitFor();
      await row("Streams are cut off at night.").getByText("You said, Mar 10 · near in time").waitFor();
      const groups = await receipt.getByRole("heading").allInnerTexts();
      assert.deepEqual(groups, ["Remembered4", "Code1", "Messages1", "Rules1", "Patterns1", "Left out2"]);
      assert.equal(await page.getByText("Model requests are limited").count(), 0);
      await receipt.getByRole("button", { name: /Left out/ }).click();
      await row("Model requests are limited").getByText("weak match").waitFor();
    },
    answered,
  );

  check(
    "a row opens to its signals with their numbers",
    async ({ row, open }) => {
      await open();
      await row(RETRY).getByRole("button", { name: RETRY }).click();
      const meters = row(RETRY).locator("dl").getByRole("meter");
      assert.deepEqual(await meters.evaluateAll((all) => all.map((meter) => meter.ariaLabel)), [
        "Words",
        "Meaning",
        "Nearby turns",
      ]);
      await row(RETRY).getByText("0.56").waitFor();
    },
    answered,
  );

  check(
    "corrected in its place with Ctrl+Enter: the old one is superseded, and it can be answered again",
    async ({ page, host, row, open, button, spoken, focused, until }) => {
      await open();
      await row(RETRY).hover();
      await row(RETRY).getByRole("button", { name: "Correct" }).click();
      const field = page.getByRole("textbox", { name: "Correct this memory" });
      assert.equal(await field.inputValue(), RETRY);
      await page.getByText(`Replaces “${RETRY}” Kept in its history.`).waitFor();
      await field.fill("Never retry once the first token has arrived, unless the text is empty.");
      await field.press("Control+Enter");
      await row(RETRY).getByText("Superseded on Mar 12 by “Never retry once the first token").waitFor();
      assert.match((await focused()) ?? "", /Never retry/);
      await spoken("Corrected.").waitFor({ state: "attached" });
      assert.deepEqual(host.calls("rubberduck/memory/correct"), [
        { id: "m1", text: "Never retry once the first token has arrived, unless the text is empty." },
      ]);
      await button("Answer again with the correction").click();
      await until(() => host.calls("rubberduck/conversation/retry").length === 1);
      assert.equal(host.calls("rubberduck/conversation/retry")[0]?.mode, "regenerate");
    },
    answered,
  );

  check(
    "Esc leaves it as it was, and the keyboard at its row",
    async ({ page, host, row, open, focused }) => {
      await open();
      await row(BACK_OFF).getByRole("button", { name: BACK_OFF }).focus();
      await page.keyboard.press("F2");
      await page.keyboard.type(" Or not.");
      await page.keyboard.press("Escape");
      await row(BACK_OFF).getByRole("button", { name: BACK_OFF }).waitFor();
      assert.equal(await focused(), BACK_OFF);
      assert.equal(host.calls("rubberduck/memory/correct").length, 0);
    },
    answered,
  );

  check(
    "forgotten with Del: the row says so and until when, Undo has the focus and brings it back",
    async ({ page, host, receipt, row, open, button, spoken, focused }) => {
      await open();
      await row(BACK_OFF).getByRole("button", { name: BACK_OFF }).focus();
      await page.keyboard.press("Delete");
      await receipt.getByText(/^Text, vector, snapshot and log go for good at \d\d:\d\d$/).waitFor();
      assert.equal(await focused(), "Undo");
      await spoken("Forgotten. Undo available.").waitFor({ state: "attached" });
      assert.deepEqual(host.calls("rubberduck/memory/forget"), [{ ids: ["m2"], when: "later", messages: "keep" }]);
      await button("Answer again without it").waitFor();
      await page.keyboard.press("Enter");
      await row(BACK_OFF).getByText("Convention · you").waitFor();
      assert.equal(await focused(), BACK_OFF);
      assert.equal(await button("Answer again without it").count(), 0);
    },
    answered,
  );

  check(
    "what would go along is asked in the row; the memory alone is the answer of Enter",
    async ({ page, host, receipt, row, open, until }) => {
      host.memory.traces = {
        source: [{ conversationId: "c0", turnId: "t9", label: "We decided never to retry" }],
        quoting: [
          { conversationId: "c1", turnId: "t1", label: "Why do we retry" },
          { conversationId: "c2", turnId: "t4", label: "And the timeouts?" },
        ],
      };
      await open();
      await row(RETRY).getByRole("button", { name: RETRY }).focus();
      await page.keyboard.press("Delete");
      const question = receipt.getByRole("form", { name: "Forget" });
      assert.deepEqual(
        await question.getByRole("radio").evaluateAll((all) => all.map((one) => one.closest("label")?.innerText)),
        [
          "Only the memory",
          "Also the message it came from",
          "Also the message it came from and the 2 answers that quote it",
        ],
      );
      await page.keyboard.press("Enter");
      await until(() => host.calls("rubberduck/memory/forget").length === 1);
      await row(BACK_OFF).getByRole("button", { name: BACK_OFF }).focus();
      await page.keyboard.press("Delete");
      await question.getByRole("radio", { name: /2 answers/ }).check();
      await question.getByRole("button", { name: "Forget" }).click();
      await receipt.getByText("and 3 messages with them").waitFor();
      assert.deepEqual(
        host.calls("rubberduck/memory/forget").map(({ messages }) => messages),
        ["keep", "all"],
      );
    },
    answered,
  );

  check(
    "muted in this conversation, and not any more",
    async ({ host, row, open, button }) => {
      await open();
      await row(CLOCK).hover();
      await row(CLOCK).getByRole("button", { name: "Mute in this conversation" }).click();
      await row(CLOCK).getByText("muted in this conversation").waitFor();
      await button("Answer again without it").waitFor();
      await row(CLOCK).getByRole("button", { name: "Unmute" }).click();
      await row(CLOCK).getByText("stale: clock.ts was moved").waitFor();
      assert.deepEqual(host.calls("rubberduck/memory/mute"), [
        { id: "m3", conversationId: "c1", muted: true },
        { id: "m3", conversationId: "c1", muted: false },
      ]);
    },
    answered,
  );

  check(
    "what was left out because it is muted can be unmuted",
    async ({ host, receipt, row, open, until }) => {
      await open();
      await receipt.getByRole("button", { name: /Left out/ }).click();
      await row("Ducks float.").getByText("muted in this conversation").waitFor();
      await row("Ducks float.").hover();
      await row("Ducks float.").getByRole("button", { name: "Unmute" }).click();
      await row("Ducks float.").getByRole("button", { name: "Mute in this conversation" }).waitFor();
      await until(() => host.calls("rubberduck/memory/mute").length === 1);
      assert.equal(host.calls("rubberduck/memory/mute")[0]?.muted, false);
    },
    answered,
  );

  check(
    "the list is one tab stop: arrows go from row to row and into a row's actions",
    async ({ page, row, open, focused }) => {
      await open();
      await row(RETRY).getByRole("button", { name: RETRY }).focus();
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(), BACK_OFF);
      await page.keyboard.press("ArrowRight");
      assert.equal(await focused(), "Correct");
      await page.keyboard.press("ArrowRight");
      assert.equal(await focused(), "Pin");
      await page.keyboard.press("Enter");
      await row(BACK_OFF).getByRole("button", { name: "Unpin" }).waitFor();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await focused(), BACK_OFF);
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "Show all memories");
    },
    answered,
  );

  check(
    "what is forgotten elsewhere goes from the receipt when that is told; for good it has no text",
    async ({ page, host, receipt, row, open }) => {
      await open();
      await row(RETRY).waitFor();
      host.memory.memories = host.memory.memories.filter(({ id }) => id !== "m1");
      await host.post({ type: "memoryChanged" });
      await receipt.getByText("A forgotten memory").waitFor();
      assert.equal(await page.getByText(RETRY).count(), 0);
    },
    answered,
  );

  check(
    "a failure is said above the box, and the memory stands as it was",
    async ({ page, host, row, open }) => {
      await open();
      host.failures.set("rubberduck/memory/traces", { code: "storeLocked", message: "The store is locked." });
      await row(RETRY).getByRole("button", { name: RETRY }).focus();
      await page.keyboard.press("Delete");
      await page.getByRole("alert").getByText("The store is locked.").waitFor();
      await row(RETRY).getByText("Decision · you").waitFor();
    },
    answered,
  );

  check(
    "below 360 pixels there is Correct and More, which opens the context menu of the row",
    async ({ page, row, open }) => {
      await open();
      await row(RETRY).hover();
      assert.equal(await row(RETRY).getByRole("button", { name: "Forget" }).isVisible(), false);
      const asked = page.evaluate(
        () =>
          new Promise((resolve) => {
            const answer = ({ target }: Event) =>
              resolve((target as Element).closest<HTMLElement>("[data-vscode-context]")?.dataset.vscodeContext);
            window.addEventListener("contextmenu", answer, { once: true });
          }),
      );
      await row(RETRY).getByRole("button", { name: "More" }).click();
      assert.deepEqual(JSON.parse(String(await asked)), {
        webviewSection: "memory",
        memoryId: "m1",
        memoryPlace: "t1",
        memoryLives: true,
        memoryPinned: true,
        preventDefaultContextMenuItems: true,
      });
    },
    answered,
    { ...c1, width: 300 },
  );

  for (const [name, text] of [
    ["correctMemory", "Replaces"],
    ["forgetMemory", "go for good"],
    ["muteMemory", "muted in this conversation"],
  ] as const) {
    check(
      `${name} from the context menu does it in its row`,
      async ({ host, row, receipt, open }) => {
        await open();
        await row(RETRY).waitFor();
        await host.post({ type: "command", name, memoryId: "m1", place: "t1" });
        await receipt.getByText(text).waitFor();
      },
      answered,
    );
  }
});

describe("at the edges", () => {
  for (const theme of ["dark", "light", "contrast"] as const) {
    for (const width of [300, 380]) {
      check(
        `${theme}: at ${width} pixels all states of a memory are as wide as the panel at most`,
        async ({ page, host, row, receipt, open }) => {
          await open();
          await row(RETRY).getByRole("button", { name: RETRY }).click();
          await row(RETRY).hover();
          const shots = process.env.SHOTS;
          if (shots) await page.screenshot({ path: `${shots}/receipt-${theme}-${width}.png` });
          await row(RETRY).getByRole("button", { name: RETRY }).press("F2");
          await row(BACK_OFF).getByRole("button", { name: BACK_OFF }).press("Delete");
          await host.post({ type: "command", name: "muteMemory", memoryId: "m3", place: "t1" });
          await receipt.getByText("go for good").waitFor();
          await page.getByRole("textbox", { name: "Correct this memory" }).waitFor();
          if (shots) await page.screenshot({ path: `${shots}/receipt-states-${theme}-${width}.png` });
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
          for (const box of await Promise.all((await receipt.locator("li").all()).map((item) => item.boundingBox()))) {
            assert.ok(box !== null && box.x >= 0 && box.x + box.width <= width);
          }
        },
        answered,
        { ...c1, theme, width, height: 1000 },
      );
    }
  }
});
