import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HostMessage } from "../../server/protocol/panel.ts";
import { inspect, provoke } from "./inspect.ts";
import { type OpenPanel, PanelBrowser } from "./page.ts";
import { PAYLOADS, payloadFor } from "./payloads.ts";
import { PASSING_PLACES, PLACES } from "./places.ts";

/**
 * Hostile text in every place that shows what others wrote, in a real Chromium and without the policy that would stop
 * it there too: 0 calls of the canary, 0 requests, nothing in the document but what the panel itself draws.
 */
let browser: PanelBrowser;
let held = 0;

before(async () => {
  browser = await PanelBrowser.launch();
});

after(async () => {
  await browser.close();
  console.log(`points: ${held}`);
});

describe("controls", () => {
  test("without sanitising, the canary is called and the request is seen", async () => {
    const panel = await openHostile();
    await inject(panel);
    await panel.page.waitForFunction(() => Reflect.get(window, "canaries").length > 0);
    const { canaries, requests } = await panel.catch();
    assert.deepEqual(canaries, [7]);
    assert.deepEqual(requests, ["http://evil.test/7.png"]);
    const wrong = await panel.page.locator("#injected").evaluate(inspect);
    assert.ok(wrong.some((one) => one.startsWith("<img>")) && wrong.some((one) => one.includes("onerror")));
    await panel.close();
  });

  test("the panel's policy alone would stop it as well", async () => {
    const panel = await openHostile({ policy: "strict" });
    await inject(panel);
    await panel.page.waitForTimeout(200);
    assert.deepEqual(await panel.catch(), { canaries: [], requests: [] });
    await panel.close();
  });
});

describe("hostile text", () => {
  for (const [number, place] of PLACES.entries()) {
    test(`does nothing in ${place.name}`, async () => {
      const texts = textsFor(number);
      const panel = await openHostile({}, (host) => place.arrange(host, texts));
      await panel.page.locator("[data-row], article, .welcome").first().waitFor();
      if (place.show === undefined) await panel.page.evaluate(flatten);
      await place.show?.(panel);
      const containers = panel.page.locator(place.containers);
      await containers.nth(texts.length - 1).waitFor({ state: "attached" });
      const wrong = await panel.inspectAll(place.containers);
      const shown = place.literal ? await containers.allTextContents() : texts;
      await judge(panel, number, texts, (index) => [
        ...(wrong[index] ?? ["missing"]),
        ...(shown[index]?.includes(texts[index] ?? "?") ? [] : ["not shown as it was written"]),
      ]);
    });
  }

  for (const [offset, place] of PASSING_PLACES.entries()) {
    const number = PLACES.length + offset;
    test(`does nothing in ${place.name}`, async () => {
      const texts = textsFor(number);
      const panel = await openHostile({}, (host) => host.turn("c1", "t1", "?", { text: "x" }));
      await panel.page.locator("article").first().waitFor();
      const messages = texts.map((text) => place.message(text, panel));
      const wrong = await panel.inspectAfterEach(place.container, messages);
      const shown = await panel.page.locator(place.container).textContent();
      assert.ok(shown?.includes(texts.at(-1) ?? "?"), "the last text stands there as it was written");
      await judge(panel, number, texts, (index) => wrong[index] ?? ["missing"]);
    });
  }
});

const isNightly = process.env.RUBBERDUCK_NIGHTLY === "1";
describe("hostile text that streams in random pieces", { skip: !isNightly }, () => {
  const seed = Number(process.env.RUBBERDUCK_SEED ?? Date.now() % 1_000_000);
  for (let round = 0; round < 10; round += 1) {
    test(`does nothing (seed ${seed + round})`, async () => {
      const random = randomFrom(seed + round);
      const texts = textsFor(100 + round);
      const streams = texts.map((text) => pieces(text, random));
      const panel = await openHostile({}, async (host) => {
        for (const index of texts.keys()) {
          await host.accept("c1", `t${index}`, "?");
          await host.start("c1", `t${index}`);
        }
      });
      await panel.page.evaluate(flatten);
      await panel.page
        .locator("article.message-duck")
        .nth(texts.length - 1)
        .waitFor({ state: "attached" });
      const wrong = texts.map((): string[] => []);
      for (let step = 0; step < Math.max(...streams.map((stream) => stream.length)); step += 1) {
        const events = streams.flatMap((stream, index) => {
          const piece = stream[step];
          return piece === undefined ? [] : [{ type: "text" as const, turnId: `t${index}`, ...piece }];
        });
        await panel.host.emit("c1", ...events);
        await panel.page.evaluate(() => new Promise(requestAnimationFrame));
        const found = await panel.inspectAll("article.message-duck");
        for (const [index, one] of found.entries()) wrong[index]?.push(...one);
      }
      await judge(panel, 100 + round, texts, (index) => wrong[index] ?? ["missing"]);
    });
  }
});

/** Runs in the page: of a conversation only what is in view is drawn, and here all of it shall be. */
function flatten(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".turn { height: 2px; padding: 0 !important; overflow: hidden }");
  document.adoptedStyleSheets.push(sheet);
}

interface HostilePanel extends OpenPanel {
  /** What the payloads achieved: canaries called and addresses asked, by the number of the case. */
  catch(): Promise<{ canaries: number[]; requests: string[] }>;
  /** What is wrong with each of the elements, after they were provoked. */
  inspectAll(selector: string): Promise<string[][]>;
  /** The same for one element, after each of the messages. */
  inspectAfterEach(selector: string, messages: readonly HostMessage[]): Promise<string[][]>;
}

async function openHostile(
  options: { policy?: "strict" | "none" } = {},
  arrange?: (host: OpenPanel["host"]) => unknown,
): Promise<HostilePanel> {
  const { policy = "none" } = options;
  const panel = await browser.open({ policy, width: 560, saved: { draft: "", conversationId: "c1" } }, arrange);
  const requests: string[] = [];
  await panel.page.evaluate(() => {
    const canaries: number[] = [];
    Object.assign(window, { canaries, canary: (id: number) => canaries.push(id) });
  });
  await panel.page.evaluate(`Object.assign(window, { inspect: ${inspect}, provoke: ${provoke} })`);
  await panel.page.route("**/*", (route) => {
    requests.push(route.request().url());
    return route.abort();
  });
  return {
    ...panel,
    inspectAll: (selector) =>
      panel.page.locator(selector).evaluateAll((all) => {
        all.forEach(Reflect.get(window, "provoke"));
        return all.map((element) => Reflect.get(window, "inspect")(element));
      }),
    inspectAfterEach: (selector, messages) => panel.page.evaluate(inspectAfterEach, { selector, messages }),
    catch: async () => ({ canaries: await panel.page.evaluate(() => Reflect.get(window, "canaries")), requests }),
  };
}

/** Runs in the page. */
async function inspectAfterEach(steps: { selector: string; messages: readonly HostMessage[] }): Promise<string[][]> {
  const wrong: string[][] = [];
  for (const data of steps.messages) {
    window.dispatchEvent(new MessageEvent("message", { data }));
    await new Promise(requestAnimationFrame);
    const element = document.querySelector(steps.selector);
    Reflect.get(window, "provoke")(element);
    wrong.push(Reflect.get(window, "inspect")(element));
  }
  return wrong;
}

async function inject({ page }: OpenPanel): Promise<void> {
  await page.evaluate(() => {
    const element = document.createElement("div");
    element.id = "injected";
    document.body.append(element);
    element.innerHTML = '<img src="http://evil.test/7.png" onerror="window.canary(7)">';
  });
}

function textsFor(place: number): string[] {
  return PAYLOADS.map((template, index) => payloadFor(template, place * 1000 + index));
}

/** Counts the cases that held; names those that did not. */
async function judge(
  panel: HostilePanel,
  place: number,
  texts: readonly string[],
  wrongAt: (index: number) => string[],
): Promise<void> {
  await panel.page.waitForTimeout(100);
  const { canaries, requests } = await panel.catch();
  const foreign = panel.host.actions.filter((action) => !isAllowed(action));
  const elsewhere = await panel.page.locator("body > *:not(script), head > *").evaluateAll((all) => all.length);
  const root = await panel.page.evaluate(() => document.querySelectorAll("#root").length);
  await panel.close();
  const failed = texts.flatMap((text, index) => {
    const id = place * 1000 + index;
    const wrong = [
      ...wrongAt(index),
      ...(canaries.includes(id) ? ["canary called"] : []),
      ...requests.filter((url) => url.includes(`/${id}`)),
    ];
    return wrong.length === 0 ? [] : [{ text, wrong }];
  });
  held += texts.length - failed.length;
  assert.deepEqual(failed, []);
  assert.deepEqual(
    { canaries, requests, foreign, root, elsewhere },
    { canaries: [], requests: [], foreign: [], root: 1, elsewhere: 5 },
  );
}

/** The host is asked to open nothing but web pages, mail and paths. */
function isAllowed(action: OpenPanel["host"]["actions"][number]): boolean {
  if (action.kind === "openLink") return /^(https?:\/\/|mailto:)/.test(action.url) && !/\/\/[^/]*@/.test(action.url);
  return action.kind === "openFile" && !/^[\\/]{2}|^[a-z][a-z0-9+.-]+:/i.test(action.path);
}

function pieces(text: string, random: () => number): { offset: number; text: string }[] {
  const parts: { offset: number; text: string }[] = [];
  for (let offset = 0; offset < text.length; ) {
    const length = 1 + Math.floor(random() * Math.max(4, text.length / 4));
    parts.push({ offset, text: text.slice(offset, offset + length) });
    offset += length;
  }
  return parts;
}

/** mulberry32, by Tommy Ettinger (public domain): small and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
