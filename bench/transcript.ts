/**
 * How a long conversation opens and scrolls in a real VS Code. Prints one JSON object as its last line:
 *
 * - `openMs`: click in the list of conversations → the last message is painted at the end of the view, of a conversation that
 *   nobody has open: its log is read, sent and drawn. `wholeMs`: until its first message has arrived as well. `againMs`: the
 *   same as `openMs` once the server has it in memory.
 * - `scrollFrameMs`: time between two frames while a script scrolls from the end to the beginning in `--frames` equal steps,
 *   which brings other messages into view with every frame. `wheelFrameMs`: while a mouse wheel turns, notch by notch.
 * - `domNodes`: elements of the page, after all that. `heapMiB`: what the page's JavaScript uses, as Chromium reports it.
 * - `baseline`: the same of a conversation of 20 messages, in the same window.
 *
 * Builds and packs first. Each conversation has messages of mixed lengths with code, and a receipt for each answer.
 */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../scripts/build.ts";
import { packageVsix } from "../scripts/package.ts";
import { messageText, writeConversation } from "../test/fakes/longConversation.ts";
import { Chat } from "../test/vscode/chat.ts";
import { openEditor } from "../test/vscode/harness.ts";
import { repeat } from "./clock.ts";
import { readFlags } from "./flags.ts";
import { rounded, summary } from "./stats.ts";
import { frameTimes, heapBytes, measureOpening } from "./transcriptPage.ts";

/** What we promise ourselves: it opens within a second, and 60 frames a second leave each 16.7 ms. */
const BARS = { openP50Ms: 1000, frameP95Ms: 17.5 };
const MIB = 1024 * 1024;
const SHORT = 20;

const flags = readFlags("Usage: npm run -s bench:transcript -- [flags]\n\nHow a long conversation opens and scrolls.", {
  messages: { help: "messages of the long conversation, with the answers", value: 10_000, least: 40 },
  runs: { help: "conversations opened, of each length", value: 5, least: 1 },
  frames: { help: "steps of the scripted scroll", value: 600, least: 10 },
  notches: { help: "turns of the mouse wheel", value: 150, least: 10 },
});

await build();
await packageVsix();
const workspace = await realpath(await mkdtemp(join(tmpdir(), "duck-bench-")));
const editor = await openEditor({ workspace });
try {
  const chat = await Chat.open(editor);
  await chat.ready("Offline");
  const titles = (kind: string) => Array.from({ length: flags.runs }, (_, run) => `${kind} ${run + 1}`);
  for (const [kind, messages] of [
    ["Long", flags.messages],
    ["Short", SHORT],
  ] as const) {
    for (const title of titles(kind)) {
      await writeConversation(editor, { conversationId: title.replaceAll(" ", "-"), title, messages });
    }
  }

  const short = await measure(chat, titles("Short"), SHORT);
  const long = await measure(chat, titles("Long"), flags.messages);
  console.log(
    JSON.stringify({
      messages: flags.messages,
      ...long,
      baseline: { messages: SHORT, ...short },
      bars: {
        open: long.openMs.p50 < BARS.openP50Ms,
        scroll: long.scrollFrameMs.p95 <= BARS.frameP95Ms,
        wheel: long.wheelFrameMs.p95 <= BARS.frameP95Ms,
      },
    }),
  );
} finally {
  await editor.dispose();
  await rm(workspace, { recursive: true, force: true });
}

async function measure(chat: Chat, titles: readonly string[], messages: number) {
  const page = chat.frame.locator("html");
  const expected = { first: messageText(1), last: messageText(messages / 2), messages };
  const open = (title: string) => page.evaluate(measureOpening, { title, ...expected });
  const first = await repeat(titles.length, (run) => open(titles[run] ?? ""));
  const again = await repeat(titles.length, (run) => open(titles[run] ?? ""));
  const scrolled = await page.evaluate(frameTimes, flags.frames);
  await chat.frame.getByRole("log").evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await chat.frame.getByRole("log").hover();
  const wheeling = page.evaluate(frameTimes, 0);
  for (let notch = 0; notch < flags.notches; notch++) {
    await chat.window.page.mouse.wheel(0, -100);
    await chat.window.page.waitForTimeout(16);
  }
  await page.evaluate(() => window.dispatchEvent(new Event("benchover")));
  return {
    openMs: summary(first.map(({ openMs }) => openMs)),
    wholeMs: summary(first.map(({ wholeMs }) => wholeMs)),
    againMs: summary(again.map(({ openMs }) => openMs)),
    scrollFrameMs: summary(scrolled),
    wheelFrameMs: summary(await wheeling),
    domNodes: await chat.frame.locator("*").count(),
    heapMiB: rounded((await page.evaluate(heapBytes)) / MIB),
  };
}
